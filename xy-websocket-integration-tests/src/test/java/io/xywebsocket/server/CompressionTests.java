package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The extension permessage-deflate, RFC 7692. */
@Tag("server")
class CompressionTests {

    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    private static App app;

    @BeforeAll
    static void start() {
        app = App.with("xy.websocket.compression=true", "xy.websocket.max-message-size=256KB")
                .start(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static RawClient deflating(App with) {
        return with.handshake().header(EXTENSIONS, "permessage-deflate").open();
    }

    @Test
    void isNotNegotiatedUnlessWanted() {
        try (App plain = App.of(Functions.class);
                RawClient client = deflating(plain)) {
            assertThat(client.response().header(EXTENSIONS)).isEmpty();
            assertThat(client.call("echo", "\"" + "x".repeat(5_000) + "\"").next())
                    .endsWith("xxx\"}");
            assertThat(client.sawCompressed()).isFalse();
        }
    }

    @Test
    void worksBothWaysIfNegotiated() {
        try (RawClient client = deflating(app)) {
            assertThat(client.response().header(EXTENSIONS)).get().asString().startsWith("permessage-deflate");
            for (int i = 0; i < 3; i++) {
                String payload = "\"" + "aé€😀".repeat(4_000) + i + "\"";

                client.sendCompressed("{\"e\":\"c.echo\",\"p\":" + payload + ",\"id\":" + i + "}");

                assertThat(client.next().equals("{\"e\":\"resolve.echo\",\"id\":" + i + ",\"p\":" + payload + "}"))
                        .isTrue();
                assertThat(client.sawCompressed()).isTrue();
            }
        }
    }

    @Test
    void takesUncompressedMessagesToo() {
        try (RawClient client = deflating(app)) {
            assertThat(client.call("echo", "\"plain\"").next()).endsWith("\"p\":\"plain\"}");
        }
    }

    @Test
    void isNotUsedWithAClientThatDoesNotOfferIt() {
        try (RawClient client = app.connect()) {
            assertThat(client.call("echo", "\"" + "x".repeat(5_000) + "\"").next())
                    .endsWith("xxx\"}");
            assertThat(client.response().header(EXTENSIONS)).isEmpty();
            assertThat(client.sawCompressed()).isFalse();
        }
    }

    @Test
    void countsTheMaximumAfterDecompression() {
        try (RawClient client = deflating(app)) {
            client.sendCompressed("{\"e\":\"c.echo\",\"p\":\"" + "x".repeat(20_000_000) + "\",\"id\":1}");

            assertThat(client.closing().code()).isEqualTo(1009);
        }
    }
}
