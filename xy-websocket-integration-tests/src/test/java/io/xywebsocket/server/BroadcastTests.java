package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRpc;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("server")
class BroadcastTests {

    private static App app;

    private List<RawClient> clients;

    static class Shouts {

        private final XyBroadcaster broadcaster;

        Shouts(XyBroadcaster broadcaster) {
            this.broadcaster = broadcaster;
        }

        @XyRpc
        int shout(String text) {
            return broadcaster.broadcast("shout", text);
        }

        @XyRpc
        int tell(String text, XyPeer peer) {
            return broadcaster.broadcastExcept(peer, "tell", text);
        }

        @XyRpc
        void call(String name, XyPeer peer) {
            peer.attributes().put("name", name);
        }
    }

    @BeforeAll
    static void start() {
        app = App.of(Functions.class, Shouts.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        clients = List.of(app.connect(), app.connect(), app.connect());
        clients.forEach(client -> assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}"));
    }

    @AfterEach
    void disconnect() {
        clients.forEach(RawClient::close);
        clients.forEach(client -> app.lifeCycle().disconnected());
    }

    @Test
    void reachesTheSenderTooBeforeItsAnswer() {
        RawClient sender = clients.get(0);
        sender.call("shout", "\"hi\"");

        clients.forEach(client -> assertThat(client.next()).isEqualTo("{\"e\":\"e.shout\",\"p\":\"hi\"}"));
        assertThat(sender.next()).isEqualTo("{\"e\":\"resolve.shout\",\"id\":\"shout\",\"p\":3}");
    }

    @Test
    void reachesAllButOne() {
        RawClient sender = clients.get(1);

        assertThat(sender.call("tell", "\"psst\"").next())
                .isEqualTo("{\"e\":\"resolve.tell\",\"id\":\"tell\",\"p\":2}");

        assertThat(clients.get(0).next()).isEqualTo("{\"e\":\"e.tell\",\"p\":\"psst\"}");
        assertThat(clients.get(2).next()).isEqualTo("{\"e\":\"e.tell\",\"p\":\"psst\"}");
        assertThat(sender.call("echo", "2").next()).endsWith("\"p\":2}");
    }

    @Test
    void reachesThoseThatTheFilterTakes() {
        clients.get(1).call("call", "\"Ada\"").next();

        int reached = app.bean(XyBroadcaster.class)
                .here()
                .where(peer -> "Ada".equals(peer.attributes().get("name")))
                .send("note", List.of(1));

        assertThat(reached).isEqualTo(1);
        assertThat(clients.get(1).next()).isEqualTo("{\"e\":\"e.note\",\"p\":[1]}");
        assertThat(clients.get(0).call("echo", "2").next()).endsWith("\"p\":2}");
    }

    @Test
    void arrivesInOrder() {
        XyBroadcaster broadcaster = app.bean(XyBroadcaster.class);
        for (int i = 0; i < 1_000; i++) {
            broadcaster.broadcast("n", i);
        }

        for (RawClient client : clients) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(client.next()).isEqualTo("{\"e\":\"e.n\",\"p\":" + i + "}");
            }
        }
    }

    @Test
    void sendsNoPayloadWhereThereIsNone() {
        app.bean(XyBroadcaster.class).broadcast("tick");

        clients.forEach(client -> assertThat(client.next()).isEqualTo("{\"e\":\"e.tick\"}"));
    }

    @Test
    void failsAtTheSenderIfThePayloadCanNotBeSerialised() {
        Object unserialisable = app.bean(Functions.class).unserialisable();

        assertThatThrownBy(() -> app.bean(XyBroadcaster.class).broadcast("x", unserialisable))
                .isInstanceOf(IllegalArgumentException.class);
        clients.forEach(client -> assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}"));
    }
}
