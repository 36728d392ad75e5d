package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.server.Handshake.Response;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Handshakes with headers that can't be read: whoever sends them is told so, and nobody else notices. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class MalformedHandshakeTests {

    private static App app;
    private static App open;

    @BeforeAll
    static void start() {
        app = App.of(Functions.class);
        open = App.with("xy.websocket.allowed-origins=*", "xy.websocket.compression=true")
                .start(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
        open.close();
    }

    private static List<String> lines(CapturedOutput output) {
        return output.toString().lines().filter(line -> !line.isBlank()).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a:b.c",
                "http://a:99999999999",
                "http://[::1",
                "http://a b",
                "http://%zz",
                "http://ä:ö",
                "://",
                "http://",
                "http:\\\\evil",
                "{origin}",
                "http://user@host:port",
                ":",
                " ",
                "http://example.com, http://localhost",
            })
    void anOriginThatIsNoneIsRefusedWith403AndOneLine(String origin, CapturedOutput output) {
        int before = lines(output).size();

        Response refused = app.handshake().origin(origin).refused();

        assertThat(refused.status()).isEqualTo(403);
        assertThat(lines(output)).hasSizeLessThanOrEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a:b.c", "http://a:99999999999"})
    void soIsOneWhereAllOriginsAreAllowed(String origin, CapturedOutput output) {
        open.get("/xy-websocket.js"); // the first request of all is worth some lines
        int before = lines(output).size();

        assertThat(open.handshake().origin(origin).refused().status()).isEqualTo(403);
        assertThat(open.get("/xy-websocket.js", "Origin", origin).statusCode()).isEqualTo(200);
        assertThat(open.request("OPTIONS", "/xy-websocket.js", "Origin", origin).statusCode())
                .isLessThan(500);
        assertThat(lines(output)).hasSizeLessThanOrEqualTo(before + 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-WebSocket-Extensions | permessage-deflate; server_max_window_bits=99",
                "Sec-WebSocket-Extensions | permessage-deflate; unknown=1",
                "Sec-WebSocket-Extensions | permessage-deflate; server_no_context_takeover=1",
                "Sec-WebSocket-Extensions | permessage-deflate; client_max_window_bits; client_max_window_bits",
                "Sec-WebSocket-Extensions | permessage-deflate; server_max_window_bits=abc",
                "Sec-WebSocket-Extensions | ;;;==",
                "Sec-WebSocket-Extensions | =",
                "Sec-WebSocket-Extensions | a;b=\"c",
                "Sec-WebSocket-Protocol   | ,,,",
                "Sec-WebSocket-Protocol   | \"\"",
                "Sec-WebSocket-Version    | thirteen",
                "Accept-Language          | ;q=x,,;",
                "Authorization            | Basic %%%",
                "Cookie                   | =;=;=",
                "X-Forwarded-For          | , ,",
                "X-Forwarded-Port         | many",
                "Content-Type             | /;/",
                "Content-Length           | 0",
                "Forwarded                | for=\"[::1",
            })
    void noOtherHeaderIsAnErrorOfTheServers(String name, String value, CapturedOutput output) {
        assertThat(app.handshake().header(name, value).response().status()).isIn(101, 400, 426);
        assertThat(open.handshake().header(name, value).response().status()).isIn(101, 400, 426);
        assertThat(output.toString()).doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws?a=%zz", "/ws?%", "/ws?a=\u00e4", "/ws?", "/ws?a=|"})
    void noQueryIsAnErrorOfTheServers(String path, CapturedOutput output) {
        assertThat(app.handshake().path(path).response().status()).isIn(101, 400);
        // Tomcat logs the first request of the JVM that it can't read, which is not one of ours
        assertThat(output.toString().replace("IllegalArgumentException: Invalid character found", ""))
                .doesNotContain("Exception");
    }

    @Test
    void theRateOfHandshakesIsAskedFirst() {
        try (App limited =
                App.with("xy.websocket.rate-limit.handshakes-per-address=2/1h").start(Functions.class)) {
            assertThat(limited.handshake().origin("http://a:b.c").refused().status())
                    .isEqualTo(403);
            assertThat(limited.handshake()
                            .origin("http://evil.example")
                            .refused()
                            .status())
                    .isEqualTo(403);

            Response third = limited.handshake().origin("http://a:b.c").refused();

            assertThat(third.status()).isEqualTo(429);
            assertThat(third.header("Retry-After")).isPresent();
        }
    }
}
