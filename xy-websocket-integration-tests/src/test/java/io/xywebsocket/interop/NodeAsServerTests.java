package io.xywebsocket.interop;

import static io.xywebsocket.interop.Functions.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCaller;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.client.XyClient.State;
import io.xywebsocket.engine.HeldPort;
import io.xywebsocket.interop.Functions.Note;
import io.xywebsocket.protocol.Prefixes;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Our Java client, and a server in the manner of the JavaScript library. */
class NodeAsServerTests extends NodePeerTest {

    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger disconnected = new AtomicInteger();
    private final List<XyClient> clients = new ArrayList<>();
    private final HeldPort port = new HeldPort();
    private Program server;

    @AfterEach
    void close() {
        clients.forEach(XyClient::close);
        port.close();
    }

    @Override
    XyCaller connect(String settings, Prefixes prefixes) {
        startServer(settings);
        return join(prefixes);
    }

    private void startServer(String settings) {
        server = programs.node(Programs.PEER.resolve("server.js"), String.valueOf(port.number()), settings);
        server.awaitLine("listening", 1);
    }

    private XyClient join(Prefixes prefixes) {
        XyClient client = XyClient.builder(URI.create("ws://127.0.0.1:" + port.number()))
                .callTimeout(Duration.ofSeconds(10))
                .heartbeatInterval(Duration.ofMillis(500))
                .prefixes(prefixes)
                .handlers(Functions::offer)
                .build();
        clients.add(client);
        client.onConnected(peer -> connected.incrementAndGet());
        client.onDisconnected((peer, code, reason) -> disconnected.incrementAndGet());
        client.connect().orTimeout(10, TimeUnit.SECONDS).join();
        return client;
    }

    @Override
    XyHandlers handlers() {
        return clients.get(0).handlers();
    }

    @Override
    int connections() {
        await().until(() -> connected.get() > 0);
        return connected.get() + disconnected.get();
    }

    @Test
    void aBroadcastReachesEverybodyItsSenderToo() {
        startServer("{}");
        List<XyClient> both = List.of(join(Prefixes.DEFAULT), join(Prefixes.DEFAULT));
        List<CompletableFuture<Note>> heard = new ArrayList<>();
        for (XyClient client : both) {
            CompletableFuture<Note> note = new CompletableFuture<>();
            client.handlers().on("all", Note.class, note::complete);
            heard.add(note);
        }
        Note note = new Note("all", "hello");
        both.get(0).await("broadcast", Map.of("event", "all", "payload", note), Void.class);
        assertThat(heard)
                .allSatisfy(each ->
                        assertThat(each).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(note));
    }

    @Test
    void pingsKeepTheConnectionBothWays() {
        XyCaller node = connect("{\"ping_interval\":50}", Prefixes.DEFAULT);
        server.awaitLine("ping 3", 1); // the client has looked at its answers to two
        server.awaitLine("pong 10", 1);
        assertThat(node.await("echo", 1, Integer.class)).isEqualTo(1);
        assertThat(disconnected).hasValue(0);
    }

    @Test
    void callsInFlightFailAtOnceWhenTheServerIsKilledAndAllWorksWhenItIsBack() {
        XyCaller node = connect();
        for (int times = 1; times <= 2; times++) {
            List<CompletableFuture<String>> inFlight = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                inFlight.add(node.call("slow", 9_000, String.class));
                inFlight.add(node.call("relay", ask("slow", 9_000), String.class));
            }
            node.await("echo", 1, Integer.class);
            server.kill();
            for (CompletableFuture<String> call : inFlight) {
                assertThat(call)
                        .failsWithin(Duration.ofSeconds(3))
                        .withThrowableThat()
                        .withCauseInstanceOf(XyNotConnectedException.class);
            }
            assertThatThrownBy(() -> node.await("echo", 1, Integer.class)).isInstanceOf(XyNotConnectedException.class);
            assertThat(node.send("note", new Note("t", "lost"))).isFalse();

            startServer("{}");
            await().until(() -> clients.get(0).state() == State.CONNECTED);
            assertThat(node.await("relay", ask("relay", ask("echo", "again")), String.class))
                    .isEqualTo("again");
            assertThat(node.await("notes", "t", TEXTS)).isEmpty();
        }
        await().untilAsserted(() -> assertThat(connected).hasValue(3));
        assertThat(disconnected).hasValue(2);
    }

    @Test
    void aServerThatHangsUpIsCalledAgain() {
        XyCaller node = connect();
        node.send("hang.up");
        await().until(() -> connected.get() == 2 && clients.get(0).state() == State.CONNECTED);
        assertThat(node.await("relay", ask("echo", "again"), String.class)).isEqualTo("again");
    }
}
