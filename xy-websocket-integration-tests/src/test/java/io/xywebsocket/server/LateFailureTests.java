package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A filter of the application's that fails, or answers otherwise, when the handshake has been answered and before the answer has gone out. */
@Tag("server")
class LateFailureTests {

    @ParameterizedTest
    @ValueSource(classes = {FailingFilter.class, BreakingFilter.class, RefusingFilter.class})
    void isAnErrorAndNoConnection(Class<?> filter) {
        try (App app = App.with("xy.websocket.max-sessions=1").start(Functions.class, filter)) {
            for (int i = 0; i < 5; i++) { // each leaves its permit to the next
                assertThat(app.handshake().refused().status()).isEqualTo(500);
            }

            assertThat(app.get("/xy-websocket.js").statusCode()).isEqualTo(200);
            assertThat(app.endpoint().statistics().peers()).isZero();
            app.handshake().path("/ws?late=no").open().close();
            app.lifeCycle().disconnected(app.lifeCycle().connected());
            assertThat(app.lifeCycle().isQuiet())
                    .as("no peer but that one has ever been told of")
                    .isTrue();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FailingFilter {

        @Bean
        FilterRegistrationBean<Filter> failing() {
            return late(response -> {
                throw new ServletException("after the handshake");
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class BreakingFilter {

        @Bean
        FilterRegistrationBean<Filter> breaking() {
            return late(response -> {
                throw new IllegalStateException("after the handshake");
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class RefusingFilter {

        @Bean
        FilterRegistrationBean<Filter> refusing() {
            return late(response -> response.sendError(500));
        }
    }

    @FunctionalInterface
    private interface Late {
        void on(HttpServletResponse response) throws IOException, ServletException;
    }

    private static FilterRegistrationBean<Filter> late(Late late) {
        FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
            chain.doFilter(request, response);
            if (request.getParameter("late") == null) {
                late.on((HttpServletResponse) response);
            }
        });
        filter.addUrlPatterns("/ws");
        return filter;
    }
}
