package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyPeer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that is cut is told nothing: above all not that it broke the protocol, nor anything in the middle of a frame. */
@Tag("server")
class CutTests {

    private App app;
    private RawClient client;

    @AfterEach
    void stop() {
        client.vanish();
        app.close();
    }

    private XyPeer stalled(String... settings) {
        app = App.with("xy.websocket.send-timeout=2s", "xy.websocket.heartbeat-interval=1m")
                .with(settings)
                .start(Functions.class);
        client = app.handshake().notReading().open();
        return app.lifeCycle().connected();
    }

    /** Whole frames, and of the last one a part perhaps, but no close frame before, in or behind it. */
    private void assertCutOff(String text) {
        String whole = "{\"e\":\"e.big\",\"p\":\"" + text + "\"}";
        client.readAfterAll().awaitEnd();
        assertThat(client.closing()).isEqualTo(new RawClient.Closing(1006, ""));
        while (client.unread() > 1) {
            assertThat(client.next()).isEqualTo(whole);
        }
        if (client.unread() == 1) {
            assertThat(whole).startsWith(client.next());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 8_000, 100_000})
    void forASendBufferThatIsFull(int size) {
        XyPeer peer = stalled("xy.websocket.send-buffer-size=256KB");
        String text = "x".repeat(size);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    while (peer.send("big", text)) {}
                    return !peer.isOpen();
                });
        assertThat(app.lifeCycle().disconnected(peer).reason()).isEqualTo("too slow: send buffer full");
        await().until(() -> app.endpoint().statistics().closing() == 0);
        assertCutOff(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 8_000, 100_000})
    void forAWriteThatGetsNowhere(int size) {
        XyPeer peer = stalled("xy.websocket.send-buffer-size=64MB");
        String text = "x".repeat(size);
        for (int i = 0; i < 20_000_000 / size; i++) {
            peer.send("big", text);
        }
        assertThat(app.lifeCycle().disconnected(peer).reason()).isEqualTo("too slow: no write got through");
        await().until(() -> app.endpoint().statistics().closing() == 0);
        assertCutOff(text);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forACloseThatIsNotAnswered(boolean reads) {
        app = App.with("xy.websocket.send-timeout=500ms").start(Functions.class);
        Handshake handshake = app.handshake().notAnsweringClose();
        client = (reads ? handshake : handshake.notReading()).open();
        XyPeer peer = app.lifeCycle().connected();

        peer.close(4000, "bye");

        await().until(() -> app.endpoint().statistics().closing() == 0);
        if (!reads) {
            client.readAfterAll();
        }
        assertThat(client.closing()).isEqualTo(new RawClient.Closing(4000, "bye"));
        client.awaitEnd();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forSilence(boolean callsWait) {
        app = App.with("xy.websocket.heartbeat-interval=300ms").start(Functions.class);
        client = app.handshake().notAnsweringPings().open();
        XyPeer peer = app.lifeCycle().connected();
        if (callsWait) {
            client.call("hold", "1");
        }

        assertThat(app.lifeCycle().disconnected(peer).reason()).isEqualTo("no sign of life since the last ping");
        client.awaitEnd();
        assertThat(client.closing()).isEqualTo(new RawClient.Closing(1006, ""));
        app.bean(Functions.class).letGo();
    }
}
