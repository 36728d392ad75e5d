package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A filter of the application's that fails when the handshake has been answered, and before the answer has gone out. */
@Tag("server")
class LateFailureTests {

    @Test
    @EnabledIfSystemProperty(
            named = "xy.test.server",
            matches = "jetty",
            disabledReason = "Tomcat upgrades whatever is answered, and offers nothing to undo it")
    void isAnErrorAndNoConnection() {
        try (App app = App.of(Functions.class, FailingFilter.class)) {
            for (int i = 0; i < 5; i++) {
                assertThat(app.handshake().refused().status()).isEqualTo(500);
            }

            assertThat(app.get("/xy-websocket.js").statusCode()).isEqualTo(200);
            assertThat(app.lifeCycle().isQuiet()).isTrue();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FailingFilter {

        @Bean
        FilterRegistrationBean<Filter> failing() {
            FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
                chain.doFilter(request, response);
                throw new ServletException("after the handshake");
            });
            filter.addUrlPatterns("/ws");
            return filter;
        }
    }
}
