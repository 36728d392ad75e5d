package io.xywebsocket.spring.autoconfigure;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.xywebsocket.engine.XyEndpoint;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The endpoint's meters, where Micrometer is. Spring Boot binds them to the application's registries. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(MeterBinder.class)
class XyMetricsConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "xyEndpointMeters")
    MeterBinder xyEndpointMeters(XyEndpoint endpoint) {
        return new EndpointMeters(endpoint);
    }
}
