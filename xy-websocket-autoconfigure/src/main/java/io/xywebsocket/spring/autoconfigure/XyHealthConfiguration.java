package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.engine.XyEndpoint;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The health contribution {@code xyCluster} of a node, where Spring Boot's Actuator is. Health indicators have another
 * package in each line of Spring Boot, so each has a class of its own.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(prefix = "xy.websocket.cluster", name = "name")
@ConditionalOnProperty(prefix = "xy.websocket.cluster", name = "enabled", matchIfMissing = true)
@ConditionalOnProperty(prefix = "management.health.xy-cluster", name = "enabled", matchIfMissing = true)
class XyHealthConfiguration {

    private static final String BEAN = "xyClusterHealthIndicator";

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
    static class OfBoot3 {

        @Bean(BEAN)
        @ConditionalOnMissingBean(name = BEAN)
        Boot3ClusterHealth xyClusterHealthIndicator(XyEndpoint endpoint) {
            return new Boot3ClusterHealth(endpoint);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
    static class OfBoot4 {

        @Bean(BEAN)
        @ConditionalOnMissingBean(name = BEAN)
        Boot4ClusterHealth xyClusterHealthIndicator(XyEndpoint endpoint) {
            return new Boot4ClusterHealth(endpoint);
        }
    }
}
