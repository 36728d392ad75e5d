package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.engine.XyEndpoint;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** {@link ClusterHealth} for Spring Boot 4. */
record Boot4ClusterHealth(XyEndpoint endpoint) implements HealthIndicator {

    @Override
    public Health health() {
        ClusterHealth health = ClusterHealth.of(endpoint);
        return Health.status(health.status()).withDetails(health.details()).build();
    }
}
