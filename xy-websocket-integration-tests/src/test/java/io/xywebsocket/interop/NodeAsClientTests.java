package io.xywebsocket.interop;

import static io.xywebsocket.interop.Functions.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCaller;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyPeer;
import io.xywebsocket.engine.HeldPort;
import io.xywebsocket.interop.Functions.Note;
import io.xywebsocket.protocol.Prefixes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our server, and a client in the manner of the JavaScript library. */
class NodeAsClientTests extends NodePeerTest {

    private static App shared;

    private final HeldPort port = new HeldPort();
    private App app;
    private Program last;

    @BeforeAll
    static void startOnce() {
        shared = App.start("xy.websocket.heartbeat-interval=1s");
    }

    @AfterAll
    static void stop() {
        shared.close();
    }

    @BeforeEach
    void begin() {
        app = shared;
    }

    @AfterEach
    void stopTheOther() {
        if (app != shared) {
            app.close();
        }
        port.close();
    }

    @Override
    XyCaller connect(String settings, Prefixes prefixes) {
        if (!prefixes.equals(Prefixes.DEFAULT)) {
            app = App.start(App.OTHER_PREFIXES);
        }
        return join(settings);
    }

    @Override
    XyHandlers handlers() {
        return app.handlers();
    }

    @Override
    int connections() {
        return app.connected();
    }

    /** Starts another client. */
    private XyPeer join(String settings) {
        Set<String> before = app.peers().stream().map(XyPeer::id).collect(Collectors.toSet());
        last = programs.node(Programs.PEER.resolve("client.js"), app.url(), settings);
        last.awaitLine("connected", 1);
        XyPeer joined = await().until(
                        () -> app.peers().stream()
                                .filter(peer -> !before.contains(peer.id()))
                                .toList(),
                        added -> added.size() == 1)
                .get(0);
        await().until(() -> app.isLetIn(joined));
        return joined;
    }

    @Test
    void aBroadcastReachesEverybodyItsSenderToo() {
        XyPeer one = join("{}");
        XyPeer other = join("{}");
        report(one, ask("broadcast", Map.of("event", "note", "payload", new Note("all", "hello"))));
        for (XyPeer peer : List.of(one, other)) {
            assertThat(peer.await("notes", "all", TEXTS)).containsExactly("hello");
        }
        List<String> received = one.await("frames", Frames.class).received();
        assertThat(received.subList(received.size() - 4, received.size() - 2))
                .satisfiesExactly(
                        event -> assertThat(event).startsWith("{\"e\":\"e.note\""),
                        answer -> assertThat(answer).startsWith("{\"e\":\"resolve.broadcast\""));
    }

    @Test
    void aClientThatOnlyAnswersPingsStays() {
        XyPeer node = join("{}");
        last.awaitLine("ping 3", 1); // the server has looked at its answers to two
        assertThat(node.isOpen()).isTrue();
        assertThat(node.await("echo", 1, Integer.class)).isEqualTo(1);
    }

    @Test
    void itComesBackAfterARestartOfOurServer() {
        app = App.startAt(port.number());
        Program client = programs.node(Programs.PEER.resolve("client.js"), app.url());
        client.awaitLine("connected", 1);
        app.close();
        client.awaitLine("disconnected", 1);
        app = App.startAt(port.number());
        client.awaitLine("connected", 2);
        await().until(() -> app.peers().size() == 1);
        XyPeer node = app.peers().stream().findAny().orElseThrow();
        assertThat(node.await("relay", ask("relay", ask("echo", "again")), String.class))
                .isEqualTo("again");
    }
}
