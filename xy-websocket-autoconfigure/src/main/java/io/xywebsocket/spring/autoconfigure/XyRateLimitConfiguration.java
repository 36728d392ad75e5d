package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.XyEndpointCustomizer;
import io.xywebsocket.spring.limits.BucketHandshakeLimit;
import io.xywebsocket.spring.limits.BucketRateLimit;
import io.xywebsocket.spring.limits.Rate;
import io.xywebsocket.spring.limits.Rates;
import io.xywebsocket.spring.server.HandshakeLimit;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Rate limits, where Bucket4j is. An endpoint for which none is set has none of it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "io.github.bucket4j.Bucket")
class XyRateLimitConfiguration {

    /** First, so that a customizer of the application's can set another limit. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    XyEndpointCustomizer xyRateLimit(XyWebSocketProperties properties) {
        Rates rates = properties.rateLimit().rates();
        return endpoint -> {
            if (rates.areSet()) {
                endpoint.rateLimit(new BucketRateLimit(rates));
            }
        };
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("xy.websocket.rate-limit.handshakes-per-address")
    HandshakeLimit xyHandshakeLimit(XyWebSocketProperties properties, XyEndpoint endpoint) {
        Rate rate = Objects.requireNonNull(properties.rateLimit().handshakesPerAddress());
        return new BucketHandshakeLimit(rate, endpoint.clock());
    }
}
