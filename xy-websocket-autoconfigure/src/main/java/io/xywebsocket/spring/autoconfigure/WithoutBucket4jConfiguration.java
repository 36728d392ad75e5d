package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.spring.startup.StartUpException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Configuration;

/** Where Bucket4j is absent, whoever has set a limit has to hear of that. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingClass("io.github.bucket4j.Bucket")
class WithoutBucket4jConfiguration {

    WithoutBucket4jConfiguration(XyWebSocketProperties properties) {
        XyWebSocketProperties.RateLimit limit = properties.rateLimit();
        require(limit.perPeer() == null, "per-peer");
        require(limit.perUser() == null, "per-user");
        require(limit.functions().isEmpty(), "functions");
        require(limit.handshakesPerAddress() == null, "handshakes-per-address");
    }

    private static void require(boolean unset, String property) {
        if (!unset) {
            throw StartUpException.ofProperty(
                    "xy.websocket.rate-limit." + property,
                    "needs Bucket4j, which is not on the class path.",
                    "Add the dependency com.bucket4j:bucket4j_jdk17-core, or remove the property.");
        }
    }
}
