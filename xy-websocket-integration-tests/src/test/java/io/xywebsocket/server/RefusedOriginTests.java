package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.engine.ManualClock;
import io.xywebsocket.spring.XyEndpointCustomizer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the log says of handshakes from other origins. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class RefusedOriginTests {

    private static final String HINT = "set server.forward-headers-strategy";

    private static List<String> warnings(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains(" WARN ") && line.contains("A handshake from origin"))
                .map(line -> line.substring(line.indexOf("A handshake")))
                .toList();
    }

    private static void assertRefused(Handshake handshake) {
        assertThat(handshake.response().status()).isEqualTo(403);
    }

    @Configuration(proxyBeanMethods = false)
    static class Timed {

        @Bean
        ManualClock manualClock() {
            return new ManualClock();
        }

        @Bean
        XyEndpointCustomizer clock(ManualClock clock) {
            return endpoint -> endpoint.clock(clock);
        }
    }

    @Test
    void isWarnedOfOnceAMinute(CapturedOutput output) {
        try (App app = App.of(Timed.class)) {
            String own = "http://localhost:" + app.port();
            for (int i = 0; i < 5; i++) {
                assertRefused(app.handshake().origin("https://shop.example"));
            }
            String line = "A handshake from origin https://shop.example is refused with 403: the origin is not the"
                    + " server's, " + own + ", and not in xy.websocket.allowed-origins";
            assertThat(warnings(output)).containsExactly(line);
            app.bean(ManualClock.class).advance(Duration.ofMinutes(1));
            assertRefused(app.handshake().origin("https://shop.example"));
            assertThat(warnings(output)).containsExactly(line, line + " (and 4 more)");
            app.handshake().origin(own).open().close();
            assertThat(warnings(output)).hasSize(2);
            // the clock that the shutdown would wait by stands still
            await().until(() -> app.endpoint().peers().size() == 0);
            await().until(() -> app.endpoint().statistics().closing() == 0);
        }
    }

    @Test
    void isNotWhatForgesALine(CapturedOutput output) {
        try (App app = App.of()) {
            assertRefused(app.handshake().origin("http://evil.example/" + "x".repeat(3_000)));
            assertThat(warnings(output)).singleElement().asString().hasSizeLessThan(500);
        }
    }

    @Test
    void isPerhapsTheProxysWhoseHeadersAreNotHonoured(CapturedOutput output) {
        try (App app = App.of()) {
            assertRefused(app.handshake()
                    .origin("https://shop.example")
                    .header("X-Forwarded-Proto", "https")
                    .header("X-Forwarded-Host", "shop.example"));
            assertThat(warnings(output))
                    .singleElement()
                    .asString()
                    .contains("http://localhost:" + app.port())
                    .endsWith("behind a proxy, " + HINT);
        }
    }

    @Test
    void isNoMatterOfAProxyThatSaysNothingOfTheHost(CapturedOutput output) {
        try (App app = App.of()) {
            assertRefused(app.handshake().origin("https://shop.example").header("X-Forwarded-For", "10.0.0.1"));
            assertThat(warnings(output)).singleElement().asString().doesNotContain(HINT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "framework"})
    void isComparedWithWhatAProxySaysIfThatIsHonoured(String strategy, CapturedOutput output) {
        try (App app = App.with("server.forward-headers-strategy=" + strategy).start()) {
            Handshake fromShop = app.handshake()
                    .header("X-Forwarded-Proto", "https")
                    .header("X-Forwarded-Host", "shop.example")
                    .header("X-Forwarded-Port", "443");
            assertRefused(fromShop.origin("https://evil.example"));
            assertThat(warnings(output))
                    .singleElement()
                    .asString()
                    .contains("the server's, https://shop.example, and")
                    .doesNotContain(HINT);
        }
    }

    @Test
    void withUnreadableHeadersOfAProxyIsRefusedAsOthers(CapturedOutput output) {
        try (App app = App.of()) {
            assertRefused(app.handshake().origin("https://shop.example").header("X-Forwarded-Port", "many"));
            assertThat(warnings(output)).singleElement().asString().contains(HINT);
        }
    }
}
