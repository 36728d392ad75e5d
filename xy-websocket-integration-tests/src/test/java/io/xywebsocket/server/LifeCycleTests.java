package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.event.EventListener;

@Tag("server")
class LifeCycleTests {

    private static App app;

    private final LifeCycle lifeCycle = app.lifeCycle();
    private RawClient client;
    private XyPeer peer;

    /** Writes down what it hears, in the order in which it hears it; asks whoever connects for a greeting. */
    static class Diary {

        final List<String> lines = new CopyOnWriteArrayList<>();

        @EventListener
        void on(XyConnectedEvent event) {
            lines.add("connected");
            if (event.peer().handshake().header("X-Greet").isPresent()) {
                lines.add("greeted by " + event.peer().await("greet", String.class));
            }
            if (event.peer().handshake().header("X-Unwanted").isPresent()) {
                event.peer().close(4003, "unwanted");
            }
        }

        @XyEvent
        void line(int number) {
            lines.add("line " + number);
        }

        @XyRpc
        List<String> read() {
            return lines;
        }

        @EventListener
        void on(XyDisconnectedEvent event) {
            lines.add("disconnected " + event.peer().isOpen());
        }
    }

    @BeforeAll
    static void start() {
        app = App.of(Functions.class, Diary.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        app.bean(Diary.class).lines.clear();
        lifeCycle.forget();
        client = app.connect();
        peer = lifeCycle.connected();
    }

    @AfterEach
    void disconnect() {
        client.close();
        // what is told of its end is not for the next test to hear
        await().until(() -> app.endpoint().statistics().peers() == 0
                && app.endpoint().statistics().closing() == 0);
    }

    private void assertGone(int code, String reason) {
        assertGone(List.of(code), reason);
    }

    private void assertGone(List<Integer> codes, String reason) {
        XyDisconnectedEvent gone = lifeCycle.disconnected(peer);
        assertThat(gone.code()).isIn(codes);
        assertThat(gone.reason()).isEqualTo(reason);
        assertThat(app.endpoint().peers().size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 3000, 4321, 4999})
    void tellsWithWhichCodeAndReasonAClientClosed(int code) {
        client.sendClose(code, "bye, é");

        assertGone(code, "bye, é");
        assertThat(client.closing().code()).isEqualTo(code);
        client.awaitEnd();
    }

    @Test
    void tellsThatAClientClosedWithoutACode() {
        client.sendEmptyClose();

        assertGone(List.of(1000, 1005), ""); // Tomcat, Jetty
        client.awaitEnd();
    }

    @Test
    void tells1006OfAClientThatVanished() {
        client.vanish();

        assertGoneAbnormally();
    }

    @Test
    void tells1006OfAConnectionThatWasReset() {
        client.reset();

        assertGoneAbnormally();
    }

    @Test
    void tells1006OfAClientThatSendsNoMore() {
        client.halfClose();

        assertGoneAbnormally();
    }

    private void assertGoneAbnormally() {
        XyDisconnectedEvent gone = lifeCycle.disconnected(peer);
        assertThat(gone.code()).isEqualTo(1006);
    }

    @Test
    void tellsItsOwnCodeAndReasonWhereTheApplicationCloses() {
        peer.close(4002, "closed by us");

        assertGone(4002, "closed by us");
        assertThat(client.closing()).isEqualTo(new RawClient.Closing(4002, "closed by us"));
        client.awaitEnd();
    }

    @Test
    void closesWith1000IfNoCodeIsGiven() {
        peer.close();

        assertThat(client.closing()).isEqualTo(new RawClient.Closing(1000, ""));
        assertGone(1000, "");
    }

    @Test
    void tellsTheCodeOfAViolation() {
        client.send("no json");

        assertGone(1007, client.closing().reason());
    }

    @Test
    void writesWhatIsQueuedBeforeItCloses() {
        for (int i = 0; i < 100; i++) {
            peer.send("n", i);
        }
        peer.close();

        for (int i = 0; i < 100; i++) {
            assertThat(client.next()).isEqualTo("{\"e\":\"e.n\",\"p\":" + i + "}");
        }
        assertThat(client.closing().code()).isEqualTo(1000);
    }

    @Test
    void tellsOfAConnectionInOrderWithItsEvents() {
        for (int i = 0; i < 50; i++) {
            client.event("line", "" + i);
        }
        client.close();
        lifeCycle.disconnected(peer);

        List<String> lines = app.bean(Diary.class).lines;
        assertThat(lines)
                .hasSize(52)
                .startsWith("connected", "line 0", "line 1")
                .endsWith("line 49", "disconnected false");
    }

    @Test
    void canCallThePeerWhileItTellsThatItIsConnected() {
        try (RawClient greeter = app.handshake().header("X-Greet", "yes").open()) {
            String question = greeter.next();
            assertThat(question).startsWith("{\"e\":\"c.greet\"");
            greeter.send(Json.resolve(question, "\"Ada\""));

            greeter.event("line", "1");
            assertThat(greeter.call("read", "null").next()).contains("greeted by Ada\",\"line 1\"");
        }
    }

    /** The container may still be about to open the session when it is closed already. */
    @Test
    void canCloseThePeerWhileItTellsThatItIsConnected() {
        for (int i = 0; i < 100; i++) {
            try (RawClient unwanted =
                    app.handshake().header("X-Unwanted", "yes").open()) {
                assertThat(unwanted.closing()).isEqualTo(new RawClient.Closing(4003, "unwanted"));
                unwanted.awaitEnd();
            }
        }
        await().until(() -> app.endpoint().statistics().closing() == 0);
    }
}
