package io.xywebsocket.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.client.XyClientBuilder;
import io.xywebsocket.protocol.Prefixes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class XyTestServersTests {

    interface Stock {
        @XyRpc("stock.level")
        int level(String sku);
    }

    private final XyTestClock clock = new XyTestClock();
    private final XyTestServers servers = new XyTestServers(XyJson.plain()).clock(clock);
    private XyClient client;

    private static XyClientBuilder builder() {
        return XyClient.builder(URI.create("ws://nowhere.invalid/ws"));
    }

    @BeforeEach
    void serve() {
        XyClientBuilder builder = builder();
        servers.serve("", builder);
        client = builder.build();
    }

    @AfterEach
    void close() {
        servers.close();
        client.close();
    }

    @Test
    void awaitsAndAnswersWhatTheClientCallsAndSends() {
        client.connect();
        XyTestPeer server = servers.accept();

        CompletableFuture<Integer> level = client.call("stock.level", "A-1", Integer.class);
        XyTestCall<String> call = server.awaitCall("stock.level", String.class);
        assertThat(call.payload()).isEqualTo("A-1");
        call.resolve(12);
        assertThat(level.join()).isEqualTo(12);

        server.onCall("stock.level", String.class, String::length);
        assertThat(client.proxy(Stock.class).level("B-77")).isEqualTo(4);
        assertThat(client.send("note", "hello")).isTrue();
        assertThat(server.awaitEvent("note", String.class)).isEqualTo("hello");
        server.assertNoMore();
    }

    @Test
    void callsWhatTheClientOffers() {
        List<String> heard = new CopyOnWriteArrayList<>();
        client.handlers().register("confirm", String.class, question -> !question.isEmpty());
        client.handlers().on("note", String.class, text -> {
            heard.add(text);
        });
        client.connect();
        XyTestPeer server = servers.accept();

        assertThat(server.await("confirm", "sure?", Boolean.class)).isTrue();
        server.send("note", "hello");
        server.assertNoMore();
        assertThat(heard).containsExactly("hello");
        assertThat(server.peer()).isSameAs(client.peer().orElseThrow());
    }

    @Test
    void letsCallsThatWereMadeBeforeItAcceptsWait() {
        client.connect();
        CompletableFuture<Integer> early = client.call("stock.level", "A-1", Integer.class);

        servers.accept().awaitCall("stock.level").resolve(3);

        assertThat(early.join()).isEqualTo(3);
    }

    @Test
    void callsFailWhenTheWireIsCutAndTheClientComesBack() {
        client.connect();
        XyTestPeer first = servers.accept();
        CompletableFuture<Integer> level = client.call("stock.level", "A-1", Integer.class);
        first.awaitCall("stock.level");

        first.abort();
        assertThatThrownBy(level::join).hasCauseInstanceOf(XyNotConnectedException.class);
        XyTestPeer second = servers.accept();
        assertThat(client.state()).isEqualTo(XyClient.State.CONNECTED);
        second.onCall("stock.level", String.class, sku -> 7);

        assertThat(client.<Integer>await("stock.level", "A-1", Integer.class)).isEqualTo(7);
        assertThat(first.isOpen()).isFalse();
    }

    @Test
    void closesWithACodeAndHearsTheClientsClose() {
        CompletableFuture<String> end = new CompletableFuture<>();
        client.onDisconnected((peer, code, reason) -> end.complete(code + " " + reason));
        client.connect();
        servers.accept().close(4001, "moved");
        assertThat(end.join()).isEqualTo("4001 moved");

        XyTestPeer server = servers.accept();
        client.close();
        assertThat(server.awaitEnd().code()).isEqualTo(1000);
    }

    @Test
    void aClientThatIsSentAwayComesBackWithItsNextCall() {
        client.connect();
        servers.accept().close(1000, "idle");
        RealTime.await(Duration.ofSeconds(5), () -> client.state() == XyClient.State.DORMANT);
        assertThat(client.state()).isEqualTo(XyClient.State.DORMANT);

        CompletableFuture<Integer> level = client.call("stock.level", "A-1", Integer.class);
        servers.accept().awaitCall("stock.level").resolve(7);
        assertThat(level.join()).isEqualTo(7);
    }

    @Test
    void clientsComeBackFromServersThatAreDisconnectedTogether() {
        client.connect();
        servers.accept();
        servers.closeAll();
        servers.accept();
        assertThat(client.state()).isEqualTo(XyClient.State.CONNECTED);
    }

    @Test
    void timeIsTheTests() {
        client.connect();
        XyTestPeer server = servers.accept();
        CompletableFuture<Integer> level = client.call("stock.level", "A-1", Integer.class);
        server.awaitCall("stock.level");
        clock.advance(Duration.ofMillis(4_999));
        assertThat(level).isNotDone();
        clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(level::join).hasCauseInstanceOf(XyCallTimeoutException.class);

        clock.advance(Duration.ofMinutes(5));
        assertThat(server.isOpen()).as("it answers pings").isTrue();
        server.stopReading();
        clock.advance(Duration.ofSeconds(60));
        assertThat(server.awaitEnd().code()).as("it answers none").isEqualTo(1006);
    }

    @Test
    void aListenerOfTheConnectionMayWaitForTheServer() {
        client.onConnected(peer -> peer.await("login", "ada", Void.class));
        client.connect();
        XyTestPeer server = servers.accept();

        server.awaitCall("login", String.class).resolve(null);

        server.assertNoMore();
        assertThat(server.peer().isOpen()).isTrue();
    }

    @Test
    void aClientThatDoesNotReadHoldsUpTheServerAndLosesNothing() {
        List<Integer> heard = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        client.handlers().on("big", String.class, text -> {
            goOn.join();
            heard.add(text.length());
        });
        client.connect();
        XyTestPeer server = servers.accept();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 100; i++) {
                server.send("big", "x".repeat(60_000));
            }
        });
        assertThat(RealTime.await(Duration.ofMillis(300), sending::isDone)).isFalse();
        goOn.complete(null);
        sending.join();

        server.assertNoMore();
        assertThat(heard).hasSize(100);
    }

    @Test
    void speaksWithTheClientsPrefixes() {
        Prefixes prefixes = new Prefixes("ev:", "fn:", "ok:", "no:");
        XyClientBuilder builder = builder().prefixes(prefixes);
        servers.serve("other", builder, prefixes);
        try (XyClient other = builder.build()) {
            other.connect();
            XyTestPeer server = servers.accept("other");
            other.send("note", 1);
            assertThat(server.awaitText()).isEqualTo("{\"e\":\"ev:note\",\"p\":1}");
        }
    }

    @Test
    void saysWhichClientsThereAre() {
        assertThatThrownBy(() -> servers.accept("north"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'north'");
    }
}
