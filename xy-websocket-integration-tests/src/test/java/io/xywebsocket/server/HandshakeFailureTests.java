package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.spring.server.HandshakeLimit;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** Something of the application's that a handshake needs, and that fails each time. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class HandshakeFailureTests {

    @Test
    void aHandshakeThatFailsIsAnsweredWith500AndOneLineAMinute(CapturedOutput output) {
        try (App app = App.of(Functions.class, Broken.class)) {
            for (int i = 0; i < 5; i++) {
                assertThat(app.handshake().path("/ws?token=secret").refused().status())
                        .isEqualTo(500);
            }
            assertThat(app.lifeCycle().isQuiet()).isTrue();
        }

        assertThat(output.toString().lines().filter(line -> line.contains("the store is down")))
                .singleElement()
                .asString()
                .contains("ERROR", "A handshake failed and was answered with 500", "the store is down?for long")
                .doesNotContain("\tat ");
        assertThat(output).doesNotContain("\tat io.xywebsocket", "secret");
    }

    @Test
    void aStatusThatTheFailureNamesIsTheAnswer(CapturedOutput output) {
        try (App app = App.of(Functions.class, Unavailable.class)) {
            assertThat(app.handshake().refused().status()).isEqualTo(503);
        }

        assertThat(output).doesNotContain("A handshake failed");
    }

    @Configuration(proxyBeanMethods = false)
    static class Broken {

        @Bean
        HandshakeLimit limit() {
            return new FailingLimit() {
                @Override
                RuntimeException failure() {
                    return new IllegalStateException("the store is down\nfor long");
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Unavailable {

        @Bean
        HandshakeLimit limit() {
            return new FailingLimit() {
                @Override
                RuntimeException failure() {
                    return new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE);
                }
            };
        }
    }

    private abstract static class FailingLimit implements HandshakeLimit {

        abstract RuntimeException failure();

        @Override
        public Duration take(String address) {
            throw failure();
        }
    }
}
