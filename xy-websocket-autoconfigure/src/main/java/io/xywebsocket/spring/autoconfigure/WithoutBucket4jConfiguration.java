package io.xywebsocket.spring.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Configuration;

/** Where Bucket4j is absent, whoever has set a limit has to hear of that. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingClass("io.github.bucket4j.Bucket")
class WithoutBucket4jConfiguration {

    WithoutBucket4jConfiguration(XyWebSocketProperties properties) {
        XyWebSocketProperties.RateLimit limit = properties.rateLimit();
        if (limit.rates().areSet() || limit.handshakesPerAddress() != null) {
            throw new IllegalStateException(
                    "xy.websocket.rate-limit needs Bucket4j, which is not on the class path: add com.bucket4j:bucket4j_jdk17-core");
        }
    }
}
