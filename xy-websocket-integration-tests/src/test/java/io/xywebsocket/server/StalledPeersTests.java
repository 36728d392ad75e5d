package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many peers that take nothing, or are not read: none of them has a thread, be it of ours or one of the container's few. */
@Tag("server")
class StalledPeersTests {

    private static final int PEERS = 100;
    private static final String BIG = "x".repeat(100_000);
    private static final int EVENTS = 60; // 6 MB: more than the operating system keeps of a connection
    private static final String NOTE = "\"" + "x".repeat(1_000) + "\"";
    private static final int NOTES = 80;

    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void disconnect() {
        clients.forEach(RawClient::vanish);
    }

    @Test
    void ofThoseThatHaveStoppedReadingNoneHoldsAThread() {
        try (App app = app("xy.websocket.send-timeout=1m", "xy.websocket.send-buffer-size=64MB")) {
            List<XyPeer> peers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                clients.add(app.handshake().notReading().open());
                peers.add(app.lifeCycle().connected());
            }
            for (int i = 0; i < EVENTS; i++) {
                app.bean(XyBroadcaster.class).broadcast("big", BIG);
            }

            await().untilAsserted(() -> assertThat(inATransport()).isEmpty());
            assertServes(app);
            assertThat(peers).allMatch(XyPeer::isOpen);
            clients.forEach(RawClient::vanish); // or the shutdown waits for them
        }
    }

    @Test
    void ofThoseThatAreNotReadNoneHoldsAThread() {
        try (App app = app("xy.websocket.receive-buffer-size=64KB", "xy.websocket.max-message-size=16KB")) {
            Functions functions = app.bean(Functions.class);
            for (int i = 0; i < PEERS / 2; i++) {
                RawClient client = app.connect();
                clients.add(client);
                client.event("held", "1");
                for (int j = 0; j < NOTES; j++) {
                    client.event("note", NOTE);
                }
            }
            await().until(() -> functions.held.get() == PEERS / 2);

            await().untilAsserted(() -> assertThat(inATransport()).isEmpty());
            assertServes(app);
            assertThat(clients).allMatch(RawClient::isOpen);
            assertThat(functions.notes).isEmpty();

            functions.letGo();
            await().until(() -> functions.notes.size() == PEERS / 2 * NOTES);
        }
    }

    /** With a container that has fewer threads than there are peers, though as many as Jetty insists on. */
    private static App app(String... properties) {
        return App.with("server.tomcat.threads.max=20", "server.jetty.threads.max=20")
                .with(properties)
                .start(Functions.class);
    }

    private static List<StackTraceElement> inATransport() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Stream::of)
                .filter(frame -> frame.getClassName().startsWith("io.xywebsocket.websocket."))
                .toList();
    }

    private static void assertServes(App app) {
        assertThat(app.get("/xy-websocket.js").statusCode()).isEqualTo(200);
        try (RawClient other = app.connect()) {
            assertThat(other.call("echo", "1").next()).isEqualTo("{\"e\":\"resolve.echo\",\"id\":\"echo\",\"p\":1}");
        }
    }
}
