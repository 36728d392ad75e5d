package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.spring.startup.StartUpException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where Spring Security is absent, whoever counts on it has to hear of that: not by functions that are open after all. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingClass("org.springframework.security.core.context.SecurityContextHolder")
class WithoutSecurityConfiguration {

    WithoutSecurityConfiguration(XyWebSocketProperties properties) {
        require(!properties.denyByDefault(), "deny-by-default");
        require(properties.ticketPath().isEmpty(), "ticket-path");
    }

    @Bean
    SecuritySummary xySecuritySummary() {
        return () -> "Spring Security is not on the class path";
    }

    private static void require(boolean unset, String property) {
        if (!unset) {
            throw StartUpException.ofProperty(
                    "xy.websocket." + property,
                    "needs Spring Security, which is not on the class path.",
                    "Add the dependency org.springframework.boot:spring-boot-starter-security, or remove the property.");
        }
    }
}
