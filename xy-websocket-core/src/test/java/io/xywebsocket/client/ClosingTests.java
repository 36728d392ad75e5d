package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.engine.SlowClock;
import io.xywebsocket.transport.TransportContract.Closed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a client, and that nothing outlives it. */
class ClosingTests extends WithClients {

    @Test
    void closesAfterWhatHasBeenSent() {
        RawServer server = server();
        SlowClock clock = closing(new SlowClock());
        for (int round = 0; round < 20; round++) {
            XyClient client = connect(builder(server).clock(clock));
            List<String> told = new CopyOnWriteArrayList<>();
            client.onDisconnected((peer, code, reason) -> told.add(code + " " + reason));
            CompletableFuture<String> pending = client.call("slow", String.class);
            for (int i = 0; i < 100; i++) {
                client.send("last", i);
            }
            client.close();
            assertThat(told).containsExactly("1000 ");
            assertThat(failure(pending)).isInstanceOf(XyNotConnectedException.class);
            RawConnection connection = server.next();
            assertThat(connection.awaitClosed()).isEqualTo(new Closed(1000, ""));
            assertThat(connection.received()).hasSize(101);
            assertThat(client.state()).isEqualTo(XyClient.State.CLOSED);
            client.close();
        }
        await().until(() -> server.sockets() == 0);
        awaitNoSelectors();
        assertThat(server.requests()).hasSize(20); // and doesn't come back
    }

    @Test
    void endsAlsoIfItHasNeverBeenConnected() {
        client(server()).close();
        awaitNoThreads();
    }

    @Test
    void endsInThePauseBetweenTries() {
        RawServer server = server().manner(RawServer.refuse(503));
        XyClient client = client(XyClient.builder(server.uri()).backoff(Duration.ofMinutes(1), Duration.ofMinutes(1)));
        CompletableFuture<?> connected = client.connect();
        await().until(() -> client.state() == XyClient.State.WAITING);
        client.close();
        assertThat(failure(connected)).isInstanceOf(XyNotConnectedException.class);
        awaitNoThreads();
    }

    @Test
    void doesNotWaitForeverForASilentServer() {
        RawServer server = server();
        XyClient client = connect(builder(server));
        server.next().goSilent();
        long begin = System.nanoTime();
        client.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
        await().until(() -> server.sockets() == 0);
        awaitNoThreads();
    }

    @Test
    void doesNotWaitForeverForAServerThatDoesNotRead() {
        RawServer server = server();
        XyClient client = connect(builder(server));
        RawConnection connection = server.next();
        connection.stopReading();
        AtomicInteger sent = new AtomicInteger();
        while (client.send("x", "x".repeat(100_000)) && sent.incrementAndGet() < 500) {
            assertThat(client.state()).isNotEqualTo(XyClient.State.CLOSED);
        }
        long begin = System.nanoTime();
        client.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
        server.close();
        awaitNoThreads();
    }

    @Test
    void canBeClosedByAHandlerOrAListener() {
        RawServer server = server();
        XyClient called = connect(builder(server));
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        called.handlers().on("close", String.class, text -> {
            called.close();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        server.next().event("close", "\"now\"").awaitClosed();
        assertThat(get(interrupted)).isFalse();
        assertThat(called.state()).isEqualTo(XyClient.State.CLOSED);

        XyClient listening = client(server);
        listening.onConnected(peer -> listening.close());
        listening.connect();
        assertThat(server.next().awaitClosed().code()).isEqualTo(1000);
        awaitNoThreads();
    }

    @ParameterizedTest
    @ValueSource(strings = {"connected", "disconnected", "retrying", "gave up", "event", "function", "answer"})
    void doesNotWaitForWhoeverClosesIt(String closer) {
        RawServer server = server();
        SlowClock clock = closing(new SlowClock()); // on which a shutdown's second is long
        XyClient client = client(builder(server).maxTries(2).clock(clock));
        CompletableFuture<Duration> took = new CompletableFuture<>();
        Runnable closing = () -> {
            long begin = System.nanoTime();
            client.close();
            took.complete(Duration.ofNanos(System.nanoTime() - begin));
        };
        switch (closer) {
            case "connected" -> client.onConnected(peer -> closing.run());
            case "disconnected" -> client.onDisconnected((peer, code, reason) -> closing.run());
            case "retrying" -> client.onRetrying((tries, delay, cause) -> closing.run());
            case "gave up" -> client.onGaveUp(cause -> closing.run());
            case "event" -> client.handlers().on("close", String.class, text -> closing.run());
            case "function" ->
                client.handlers().register("close", String.class, text -> {
                    closing.run();
                    return 1;
                });
            default ->
                client.onConnected(peer -> client.call("ready", String.class).thenRun(closing));
        }
        if (closer.equals("gave up")) {
            server.manner(RawServer.refuse(503));
            client.connect();
        } else {
            client.connect();
            RawConnection connection = server.next();
            switch (closer) {
                case "disconnected", "retrying" -> connection.close(4000, "");
                case "event" -> connection.event("close", "\"now\"");
                case "function" -> connection.call("close", "\"now\"", "1");
                case "answer" -> connection.answerNext("ready", "\"yes\"");
                default -> {}
            }
        }
        assertThat(get(took)).isLessThan(Duration.ofMillis(900));
        awaitNoThreads();
        assertThat(client.state()).isEqualTo(XyClient.State.CLOSED);
    }

    @Test
    void closesOnceWhoeverBringsItAbout() {
        RawServer server = server();
        SlowClock clock = closing(new SlowClock());
        XyClient client = connect(builder(server).clock(clock));
        AtomicInteger told = new AtomicInteger();
        client.onDisconnected((peer, code, reason) -> told.incrementAndGet());
        List<Thread> threads = new CopyOnWriteArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < 5; i++) {
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                client.close();
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        server.next().vanish();
        await().until(() -> threads.stream().noneMatch(Thread::isAlive));
        assertThat(told).hasValue(1);
        awaitNoThreads();
    }

    @Test
    void leavesAThreadsInterruptFlagAsItIs() {
        RawServer server = server();
        XyClient client = connect(builder(server));
        Thread.currentThread().interrupt();
        client.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.next().awaitClosed().code()).isEqualTo(1000);
        awaitNoThreads();
    }
}
