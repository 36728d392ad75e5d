package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyPeer;
import io.xywebsocket.spring.XyDisconnectedEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Peers that take nothing, handlers that never return: nobody else suffers. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class SlowPeerTests {

    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(4);
    private static final String BIG = "x".repeat(100_000);
    private static final int EVENTS = 200; // 20 MB: more than the operating system keeps of a connection

    private static App app;

    private List<RawClient> bystanders;
    private RawClient client;

    @BeforeAll
    static void start() {
        app = App.with(
                        "xy.websocket.send-timeout=" + SEND_TIMEOUT.toMillis() + "ms",
                        "xy.websocket.send-buffer-size=64MB")
                .start(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        app.bean(Functions.class).holdAgain();
        bystanders = List.of(app.connect(), app.connect());
        bystanders.forEach(client -> app.lifeCycle().connected());
    }

    @AfterEach
    void disconnect() {
        app.bean(Functions.class).letGo();
        if (client != null) {
            client.vanish();
        }
        try {
            bystanders.forEach(other -> assertThat(other.call("echo", "1").next())
                    .isEqualTo("{\"e\":\"resolve.echo\",\"id\":\"echo\",\"p\":1}"));
        } finally {
            bystanders.forEach(RawClient::close);
        }
        await().until(() -> app.endpoint().statistics().peers() == 0
                && app.endpoint().statistics().closing() == 0);
        app.lifeCycle().forget();
    }

    @Test
    void dropsAPeerThatStopsReadingWithinTheSendTimeoutAndOnlyThat(CapturedOutput output) {
        client = app.handshake().notReading().open();
        XyPeer peer = app.lifeCycle().connected();
        long start = System.nanoTime();

        for (int i = 0; i < EVENTS; i++) {
            app.bean(XyBroadcaster.class).broadcast("big", BIG);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("the time that the broadcasts took")
                .isLessThan(SEND_TIMEOUT);

        XyDisconnectedEvent gone = app.lifeCycle().disconnected(peer);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SEND_TIMEOUT, Duration.ofSeconds(12));
        assertThat(gone.code()).isEqualTo(1006);
        assertThat(gone.reason()).isEqualTo("too slow: no write got through");
        await().untilAsserted(() -> assertThat(output.toString()).containsOnlyOnce("too slow"));
        for (RawClient bystander : bystanders) {
            for (int i = 0; i < EVENTS; i++) {
                assertThat(bystander.next().length()).isEqualTo(BIG.length() + 20);
            }
        }
        await().until(() -> app.endpoint().statistics().closing() == 0);
        await().untilAsserted(() -> assertThat(hangingWriters()).isZero());
    }

    @Test
    void goesOnSendingToOthersWhileOnePeerIsStalled() {
        client = app.handshake().notReading().open();
        XyPeer peer = app.lifeCycle().connected();
        for (int i = 0; i < EVENTS; i++) {
            peer.send("big", BIG);
        }
        assertThat(peer.isOpen()).isTrue();

        for (int i = 0; i < 20; i++) {
            app.bean(XyBroadcaster.class).broadcast("n", i);
            for (RawClient bystander : bystanders) {
                assertThat(bystander.next()).isEqualTo("{\"e\":\"e.n\",\"p\":" + i + "}");
            }
        }
        assertThat(peer.isOpen()).as("the stalled one, not dropped yet").isTrue();
        app.lifeCycle().disconnected(peer);
    }

    @Test
    void dropsAPeerWhoseSendBufferIsFull() {
        try (App narrow = App.with("xy.websocket.send-buffer-size=256KB").start()) {
            client = narrow.handshake().notReading().open();
            XyPeer peer = narrow.lifeCycle().connected();

            for (int i = 0; i < EVENTS && peer.isOpen(); i++) {
                peer.send("big", BIG);
            }

            XyDisconnectedEvent gone = narrow.lifeCycle().disconnected(peer);
            assertThat(gone.code()).isEqualTo(1006);
            assertThat(gone.reason()).isEqualTo("too slow: send buffer full");
            assertThat(narrow.endpoint().statistics().droppedPeers()).isEqualTo(1);
            await().until(() -> narrow.endpoint().statistics().closing() == 0);
        }
    }

    @Test
    void closesAPeerThatStopsReadingWithinTheSendTimeout() {
        client = app.handshake().notReading().open();
        XyPeer peer = app.lifeCycle().connected();
        for (int i = 0; i < EVENTS; i++) {
            peer.send("big", BIG);
        }

        peer.close(4000, "enough");

        XyDisconnectedEvent gone = app.lifeCycle().disconnected(peer);
        assertThat(gone.code()).isEqualTo(4000);
        await().atMost(Duration.ofSeconds(12))
                .until(() -> app.endpoint().statistics().closing() == 0);
    }

    @Test
    void letsGoOfAPeerThatNeverAnswersTheCloseFrame() {
        client = app.handshake().notAnsweringClose().open();
        XyPeer peer = app.lifeCycle().connected();

        peer.close(4000, "enough");

        assertThat(client.closing()).isEqualTo(new RawClient.Closing(4000, "enough"));
        assertThat(app.lifeCycle().disconnected(peer).code()).isEqualTo(4000);
        await().atMost(Duration.ofSeconds(12))
                .until(() -> app.endpoint().statistics().closing() == 0);
    }

    @Test
    void answersOthersAndTheSamePeerWhileAHandlerNeverReturns() {
        client = app.connect();
        client.event("held", "1");
        client.call("hold", "1").call("hold", "2");

        assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
        bystanders.forEach(other -> assertThat(other.call("echo", "1").next()).endsWith("\"p\":1}"));
    }

    @Test
    void tellsThatAPeerHasGoneThoughItsHandlersNeverReturn() {
        client = app.connect();
        XyPeer peer = app.lifeCycle().connected();
        client.call("hold", "1").call("hold", "2");
        client.event("held", "1").event("note", "\"waits for the one before\"").call("hold", "3");
        await().until(() -> app.bean(Functions.class).held.get() == 3);

        client.vanish();

        assertThat(app.lifeCycle().disconnected(peer).code()).isEqualTo(1006);
    }

    @Test
    void forgetsAPeerThatVanishesMidCall() {
        client = app.connect();
        XyPeer peer = app.lifeCycle().connected();
        client.call("ask", "\"why?\"");
        client.next();
        client.call("hold", "1");
        CompletableFuture<String> call = peer.call("answer", String.class);
        await().until(() -> app.bean(Functions.class).held.get() == 1);
        assertThat(app.endpoint().statistics().pendingCalls()).isEqualTo(2);

        client.reset();

        app.lifeCycle().disconnected(peer);
        assertThat(call).failsWithin(Duration.ofSeconds(4));
        assertThat(app.endpoint().statistics().pendingCalls()).isZero();
    }

    @Test
    void takesAFrameThatIsCutOffInTheMiddle() {
        client = app.connect();
        XyPeer peer = app.lifeCycle().connected();
        client.raw(new byte[] {(byte) 0x81, (byte) 0xfe, 1, 0, 1, 2, 3, 4, 5, 6, 7});

        client.vanish();

        assertThat(app.lifeCycle().disconnected(peer).code()).isIn(1006);
    }

    private static long hangingWriters() {
        return Thread.getAllStackTraces().values().stream()
                .filter(frames -> List.of(frames).stream()
                        .anyMatch(frame -> frame.getClassName().startsWith("io.xywebsocket.websocket.")))
                .count();
    }
}
