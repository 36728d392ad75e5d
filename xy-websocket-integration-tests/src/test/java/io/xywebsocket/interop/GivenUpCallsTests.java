package io.xywebsocket.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyPeer;
import io.xywebsocket.client.XyClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Calls that are cancelled, or whose time is over, between Java clients and our server. */
class GivenUpCallsTests {

    private static App app;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final List<XyClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        app = App.start();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void close() {
        app.handlers().unregister("hold");
        clients.forEach(XyClient::close);
        await().until(() -> app.peers().size() == 0);
    }

    private XyClient client() {
        XyClient client = XyClient.builder(URI.create(app.url())).build();
        clients.add(client);
        client.connect().join();
        return client;
    }

    /** A function that says when it begins, and when it is interrupted. */
    private void registerHold(XyHandlers handlers) {
        handlers.register("hold", (name, payload, peer) -> {
            seen.add("begun");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                seen.add("interrupted");
                throw e;
            }
            return null;
        });
    }

    private void expect(String event) throws InterruptedException {
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(event);
    }

    @Test
    void aClientsCancellationInterruptsTheServersHandler() throws Exception {
        registerHold(app.handlers());
        XyClient client = client();
        CompletableFuture<Void> call = client.call("hold", Void.class);
        expect("begun");
        call.cancel(true);
        expect("interrupted");
        assertThat(client.await("echo", 1, Integer.class)).isEqualTo(1);
        assertThat(client.statistics().unmatchedAnswers()).isZero();
    }

    @Test
    void aServersCancellationInterruptsTheClientsHandler() throws Exception {
        XyClient client = client();
        registerHold(client.handlers());
        await().until(() -> app.peers().size() == 1); // the client may know of the connection first
        XyPeer peer = app.peers().stream().findAny().orElseThrow();
        CompletableFuture<Void> call = peer.call("hold", Void.class);
        expect("begun");
        call.cancel(true);
        expect("interrupted");
        client.handlers().register("echo", Integer.class, number -> number);
        assertThat(peer.await("echo", 1, Integer.class)).isEqualTo(1);
    }

    @Test
    void aCancellationTravelsFromOneClientThroughTheServerToAnother() throws Exception {
        XyClient far = client();
        registerHold(far.handlers());
        far.send("i.am", "far");
        assertThat(far.await("present", List.class)).containsExactly("far");
        XyClient near = client();
        CompletableFuture<Void> call = near.call("to", Map.of("who", "far", "function", "hold"), Void.class);
        expect("begun");
        call.cancel(true);
        expect("interrupted");
        assertThat(near.await("echo", 1, Integer.class)).isEqualTo(1);
    }

    @Test
    void aDeadlineTravelsFromOneClientThroughTheServerToAnother() throws Exception {
        XyClient far = client();
        registerHold(far.handlers());
        far.send("i.am", "far");
        assertThat(far.await("present", List.class)).containsExactly("far");
        XyClient near = client();
        assertThatThrownBy(() -> near.withTimeout(Duration.ofSeconds(3))
                        .await("to", Map.of("who", "far", "function", "hold"), Void.class))
                .isInstanceOf(XyCallTimeoutException.class);
        expect("begun");
        expect("interrupted");
        assertThat(near.await("echo", 1, Integer.class)).isEqualTo(1);
        assertThat(near.statistics().unmatchedAnswers()).isZero();
    }

    @Test
    void aCancellationCancelsTheSubscriptionOfAMono() throws Exception {
        XyClient client = client();
        client.handlers().on("mono", String.class, seen::add);
        CompletableFuture<String> call = client.call("mono.never", String.class);
        expect("subscribed");
        call.cancel(true);
        expect("cancelled");
    }
}
