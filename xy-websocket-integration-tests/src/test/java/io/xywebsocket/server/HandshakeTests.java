package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.server.Handshake.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class HandshakeTests {

    private static final String PROTOCOL = "Sec-WebSocket-Protocol";

    private static App app;
    private static App open;

    @RestController
    static class Pages {

        @GetMapping("/ws")
        String page() {
            return "a page of the application";
        }

        @PostMapping("/ws")
        String form() {
            return "a form of the application";
        }
    }

    @BeforeAll
    static void start() {
        app = App.with("logging.level.io.xywebsocket=trace", "logging.level.org.springframework.web=debug")
                .start(Functions.class, Pages.class);
        open = App.with(
                        "xy.websocket.allowed-origins=https://example.com,https://*.example.org:[8443],http://localhost:[*]",
                        "server.servlet.context-path=/app",
                        "xy.websocket.path=/live/socket",
                        "xy.websocket.max-sessions=2")
                .start(Functions.class, Pages.class);
    }

    @AfterAll
    static void stop() {
        app.close();
        open.close();
        // levels are the JVM's, not the application's
        LoggingSystem logging = LoggingSystem.get(HandshakeTests.class.getClassLoader());
        logging.setLogLevel("io.xywebsocket", null);
        logging.setLogLevel("org.springframework.web", null);
    }

    private static Handshake toOpen() {
        return open.handshake().path("/app/live/socket");
    }

    private static void assertAccepted(Handshake handshake) {
        try (RawClient client = handshake.open()) {
            assertWorks(client);
        }
    }

    /** What has been answered has been counted, so it is nothing that the next test could count. */
    private static void assertWorks(RawClient client) {
        assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
    }

    @Test
    void acceptsABrowserFromItsOwnOrigin() {
        assertAccepted(app.handshake().origin("http://localhost:" + app.port()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "http://localhost",
                "http://localhost:1",
                "https://localhost:PORT",
                "http://localhost.evil.example:PORT",
                "null",
                "nonsense"
            })
    void answersABrowserFromAnotherOriginWith403(String origin) {
        String other = origin.replace("PORT", "" + app.port());
        long before = app.endpoint().statistics().connections();

        assertThat(app.handshake().origin(other).response().status()).isEqualTo(403);
        assertThat(app.endpoint().statistics().connections()).isEqualTo(before);
    }

    @Test
    void acceptsAProgramThatNamesNoOrigin() {
        assertAccepted(app.handshake());
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, 101",
        "https://a.example.org:8443, 101",
        "http://localhost:1234, 101",
        "http://example.com, 403",
        "https://example.com.evil, 403",
        "https://sub.example.com, 403",
        "https://a.example.org, 403",
        "https://evil.example, 403"
    })
    void acceptsTheOriginsThatAreAllowed(String origin, int status) {
        assertThat(toOpen().origin(origin).response().status()).isEqualTo(status);
        await().until(() -> open.endpoint().statistics().peers() == 0);
    }

    @Test
    void acceptsItsOwnOriginThoughOthersAreAllowedToo() {
        try (App other =
                App.with("xy.websocket.allowed-origins=https://example.com").start(Functions.class)) {
            assertAccepted(other.handshake().origin("http://localhost:" + other.port()));
            assertThat(other.handshake()
                            .origin("http://evil.example")
                            .response()
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void acceptsAnyOriginIfAllAreAllowed() {
        try (App all = App.with("xy.websocket.allowed-origins=*").start(Functions.class)) {
            assertAccepted(all.handshake().origin("http://evil.example"));
            assertAccepted(all.handshake().origin("null"));
        }
    }

    @Test
    void answers503WhenThereAreSoManySessionsAlready() {
        try (RawClient one = toOpen().open();
                RawClient two = toOpen().open()) {
            await().until(() -> open.endpoint().peers().size() == 2);

            assertThat(toOpen().response().status()).isEqualTo(503);

            assertThat(one.call("echo", "1").next()).endsWith("\"p\":1}");
            two.close();
            await().until(() -> open.endpoint().peers().size() == 1);
            assertAccepted(toOpen());
        }
        await().until(() -> open.endpoint().peers().size() == 0);
    }

    @Test
    void choosesTheSubProtocolXy() {
        try (RawClient client = app.handshake().protocols("other", "xy").open()) {
            assertThat(client.response().header(PROTOCOL)).contains("xy");
            assertWorks(client);
        }
    }

    @Test
    void choosesNoSubProtocolWhereNoneIsOffered() {
        try (RawClient client = app.connect()) {
            assertThat(client.response().header(PROTOCOL)).isEmpty();
            assertWorks(client);
        }
    }

    @Test
    void choosesNoSubProtocolThatItDoesNotKnow() {
        try (RawClient client = app.handshake().protocols("mqtt", "xy2").open()) {
            assertThat(client.response().header(PROTOCOL)).isEmpty();
            assertWorks(client);
        }
    }

    @Test
    void neitherEchoesNorLogsATokenInASubProtocol(CapturedOutput output) {
        try (RawClient one =
                        app.handshake().protocols("xy", "xy.bearer.TOPSECRET").open();
                RawClient two =
                        app.handshake().protocols("xy.bearer.TOPSECRET", "xy").open();
                RawClient three =
                        app.handshake().protocols("xy.bearer.TOPSECRET").open()) {
            assertThat(one.response().header(PROTOCOL)).contains("xy");
            assertThat(two.response().header(PROTOCOL)).contains("xy");
            assertThat(three.response().header(PROTOCOL)).isEmpty();
            assertThat(one.response().text()
                            + two.response().text()
                            + three.response().text())
                    .doesNotContain("TOPSECRET");
            assertWorks(one);
            assertWorks(two);
            assertWorks(three);
        }
        assertThat(app.handshake()
                        .protocols("xy", "xy.bearer.TOPSECRET")
                        .origin("http://evil.example")
                        .refused()
                        .text())
                .doesNotContain("TOPSECRET");
        assertThat(output.toString()).doesNotContain("TOPSECRET");
    }

    @Test
    void leavesOtherRequestsToThePathToTheApplication() {
        assertThat(app.get("/ws").body()).isEqualTo("a page of the application");
        assertThat(app.request("POST", "/ws").body()).isEqualTo("a form of the application");
        assertThat(open.get("/app/live/socket").statusCode()).isEqualTo(404);
    }

    @Test
    void isNowhereElse() {
        assertThat(app.handshake().path("/").refused().status()).isNotEqualTo(503);
        assertThat(app.handshake().path("/ws/more").refused().status()).isEqualTo(404);
        assertThat(open.handshake().path("/app/ws").refused().status()).isEqualTo(200); // the page of the application
    }

    @Test
    void takesAQuery() {
        assertAccepted(app.handshake().path("/ws?a=b"));
    }

    @Test
    void refusesAnotherVersionOfWebSocket() {
        long before = app.endpoint().statistics().connections();

        Response response = app.handshake().version("12").refused();

        assertThat(response.status()).isIn(400, 426);
        assertThat(app.endpoint().statistics().connections()).isEqualTo(before);
    }

    @Test
    void namesTheVersionAndTheUpgradeWhenItRefusesAnother() {
        Response response = app.handshake().version("12").refused();

        assertThat(response.status()).isEqualTo(426);
        assertThat(response.header("Sec-WebSocket-Version")).contains("13");
        assertThat(response.header("Upgrade")).contains("websocket");
    }

    @Test
    void answersTheKeyAsRfc6455Section4Says() {
        try (RawClient client = app.connect()) {
            assertThat(client.response().header("Sec-WebSocket-Accept")).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(client.response().header("Upgrade")).get().asString().isEqualToIgnoringCase("websocket");
            assertThat(client.response().header("Connection")).get().asString().isEqualToIgnoringCase("Upgrade");
            assertThat(client.response().header("Set-Cookie")).isEmpty();
            assertWorks(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "AAAAAAAAAAAAAAAAAAAA", "dGhlIHNhbXBsZSBub25jZQ=", "????????????????????????"})
    void refusesAKeyThatIsNot16Bytes(String key, CapturedOutput output) {
        assertThat(app.handshake().keys(key).refused().status()).isEqualTo(400);
        assertThat(output.toString()).doesNotContain("ERROR");
    }

    @Test
    void refusesAHandshakeWithoutOneKey(CapturedOutput output) {
        String key = "dGhlIHNhbXBsZSBub25jZQ==";
        assertThat(app.handshake().keys().refused().status()).isEqualTo(400);
        assertThat(app.handshake().keys(key, key).refused().status()).isEqualTo(400);
        assertThat(output.toString()).doesNotContain("ERROR");
    }

    @Test
    void refusesOldHttp(CapturedOutput output) {
        assertThat(app.handshake().httpVersion("1.0").refused().status()).isEqualTo(400);
        assertThat(output.toString()).doesNotContain("ERROR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"upgrade", "UPGRADE", "keep-alive, Upgrade", "uPGRADE,keep-alive"})
    void readsTheConnectionHeaderInAnyCase(String value) {
        assertAccepted(app.handshake().connection(value));
    }

    @Test
    void refusesARequestWhoseConnectionIsNotToBeUpgraded() {
        assertThat(app.handshake().connection("keep-alive").refused().status()).isEqualTo(400);
    }
}
