package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.engine.XyEndpoint;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** {@link ClusterHealth} for Spring Boot 3. */
record Boot3ClusterHealth(XyEndpoint endpoint) implements HealthIndicator {

    @Override
    public Health health() {
        ClusterHealth health = ClusterHealth.of(endpoint);
        return Health.status(health.status()).withDetails(health.details()).build();
    }
}
