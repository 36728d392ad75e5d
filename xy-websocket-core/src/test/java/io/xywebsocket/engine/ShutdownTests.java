package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.concurrent.SystemClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ShutdownTests extends WithEndpoints {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    /** Whatever classes have run in this JVM before. */
    private final Set<Thread> others = Thread.getAllStackTraces().keySet();

    private List<Thread> newThreads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix) && !others.contains(thread))
                .toList();
    }

    private final XyConnectionListener listener = new XyConnectionListener() {
        @Override
        public void connected(XyPeer peer) {}

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {
            LockSupport.parkNanos(20_000_000);
            told.add(code + " " + reason);
        }
    };

    @Test
    void callsInFlightFinishNewOnesAreRefusedAndEverybodyIsClosed1001() throws Exception {
        XyEndpoint endpoint =
                endpoint(settings -> settings.clock(closing(new SlowClock())).connectionListener(listener));
        CountDownLatch running = new CountDownLatch(2);
        endpoint.handlers().register("slow", (name, payload, peer) -> {
            running.countDown();
            release.await();
            return peer.await("locate", Integer.class);
        });
        RawPeer busy = connect(endpoint).send(call("slow", "1"));
        RawPeer idle = connect(endpoint);
        busy.send(call("slow", "2"));
        assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> done = endpoint.shutdown(Duration.ofSeconds(10));
        assertThat(endpoint.isShuttingDown()).isTrue();
        assertThat(idle.ask(call("f", "1"))).contains("\"status\":503");
        release.countDown();
        busy.answerNext("locate", "7").answerNext("locate", "8");
        assertThat(busy.nextWith("resolve.slow")).isNotNull();
        assertThat(busy.nextWith("resolve.slow")).isNotNull();
        assertThat(busy.awaitClosed()).isEqualTo(new RawPeer.Closed(1001, "shutting down"));
        assertThat(idle.awaitClosed().code()).isEqualTo(1001);
        done.get(5, TimeUnit.SECONDS);
        assertThat(told).containsExactly("1001 shutting down", "1001 shutting down");
        assertThat(endpoint.statistics().closing() + endpoint.statistics().peers())
                .isZero();
    }

    @Test
    void whatIsNotFinishedInTimeIsNotWaitedFor() throws Exception {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            release.await();
            return 1;
        });
        RawPeer peer = connect(endpoint).send(call("hang", "1"));
        RawPeer deaf = connect(endpoint);
        peer.assertAlive();
        deaf.stopReading();
        long start = System.nanoTime();
        endpoint.shutdown(millis(100)).get(10, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(millis(100), Duration.ofSeconds(8));
        assertThat(peer.awaitClosed().code()).isEqualTo(1001);
        assertThat(deaf.awaitClosed().code()).isEqualTo(1006);
        release.countDown();
    }

    @Test
    void whoConnectsMeanwhileIsClosed1001() {
        XyEndpoint endpoint = endpoint();
        endpoint.shutdown(Duration.ZERO);
        RawPeer late = connect(endpoint);
        assertThat(late.awaitClosed().code()).isEqualTo(1001);
        assertThat(endpoint.peers().size()).isZero();
        endpoint.reopen();
        connect(endpoint).assertAlive();
    }

    @Test
    void aShutdownThatIsTakenBackClosesNobody() throws Exception {
        ManualClock clock = new ManualClock();
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        CountDownLatch running = new CountDownLatch(1);
        endpoint.handlers().register("slow", (name, payload, peer) -> {
            running.countDown();
            release.await();
            return 1;
        });
        RawPeer busy = connect(endpoint).send(call("slow", "1"));
        assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> done = endpoint.shutdown(Duration.ofSeconds(5));
        clock.advance(Duration.ofSeconds(1));
        assertThat(done).isNotDone();
        endpoint.reopen();
        done.get(5, TimeUnit.SECONDS);
        clock.advance(Duration.ofSeconds(10));
        release.countDown();
        assertThat(busy.nextWith("resolve.slow")).isNotNull();
        busy.assertAlive();
    }

    @Test
    void whoConnectsAfterAReopenIsNotCutWithThoseThatWereClosed() {
        ManualClock clock = new ManualClock();
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        RawPeer deaf = connect(endpoint, 1);
        deaf.stopReading();
        deaf.peer().send("1");
        deaf.peer().send("2");
        CompletableFuture<Void> done = endpoint.shutdown(Duration.ZERO);
        assertThat(done).isNotDone();
        endpoint.reopen();
        RawPeer peer = connect(endpoint);
        clock.advance(Duration.ofSeconds(2));
        assertThat(done).isDone();
        peer.assertAlive();
        clock.advance(Duration.ofSeconds(10));
        assertThat(deaf.awaitClosed().code()).isEqualTo(1006);
    }

    @Test
    void closeCompletesAShutdownThatIsUnderWayAndThoseAfterIt() throws Exception {
        XyEndpoint endpoint = endpoint();
        CountDownLatch running = new CountDownLatch(1);
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            running.countDown();
            for (boolean over = false; !over; ) {
                try {
                    over = release.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                    // it goes on, as code may
                }
            }
            return 1;
        });
        connect(endpoint).send(call("hang", "1"));
        assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> done = endpoint.shutdown(Duration.ofSeconds(10));
        endpoint.close();
        done.get(2, TimeUnit.SECONDS);
        endpoint.shutdown(Duration.ofSeconds(10)).get(2, TimeUnit.SECONDS);
        release.countDown();
    }

    @Test
    void everyPeerIsAskedToComeBackAtAMomentOfItsOwn() throws Exception {
        XyEndpoint endpoint = endpoint();
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            peers.add(connect(endpoint));
        }
        endpoint.shutdown(Duration.ofSeconds(10), Duration.ofMillis(999)).get(10, TimeUnit.SECONDS);
        peers.add(connect(endpoint)); // late
        int[] tenths = new int[10];
        for (RawPeer peer : peers) {
            RawPeer.Closed closed = peer.awaitClosed();
            assertThat(closed.code()).isEqualTo(1001);
            assertThat(closed.reason()).matches("shutting down, retry in \\d{1,3} ms");
            tenths[Integer.parseInt(closed.reason().replaceAll("\\D", "")) / 100]++;
        }
        assertThat(Arrays.stream(tenths)).allMatch(tenth -> tenth > 6 && tenth < 100);
    }

    @Test
    void noPeerIsAskedToStayAwayForLongerThanClientsDo() {
        XyEndpoint endpoint = endpoint();
        for (Duration window : List.of(Duration.ofMillis(60_001), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThatThrownBy(() -> endpoint.shutdown(Duration.ZERO, window))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must not be more than 1 minute, but is " + window);
        }
        connect(endpoint).assertAlive();
        endpoint.shutdown(Duration.ZERO, Duration.ofMinutes(1));
    }

    @Test
    void manyIdlePeersAreClosedQuickly() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(closing(new SlowClock())));
        for (int i = 0; i < 500; i++) {
            connect(endpoint);
        }
        long start = System.nanoTime();
        endpoint.shutdown(Duration.ofSeconds(10)).get(10, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(endpoint.statistics().closing()).isZero();
    }

    @Test
    void closeWithoutShutdownClosesTheConnectionsFailsTheirCallsAndEndsTheThreads() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(sendTimeout(2_000)));
        endpoint.handlers().on("e", (name, payload, peer) -> {});
        RawPeer peer = connect(endpoint).send(event("e"));
        RawPeer stuck = connect(endpoint, 1);
        peer.assertAlive();
        CompletableFuture<Integer> pending = peer.peer().call("f", Integer.class);
        peer.next();
        stuck.stopReading();
        stuck.peer().send("1");
        stuck.peer().send("2");
        endpoint.close();
        assertThat(peer.awaitClosed().code()).isEqualTo(1001);
        assertThat(stuck.awaitClosed().code()).isEqualTo(1006);
        await().until(pending::isCompletedExceptionally);
        await().until(() -> newThreads("xy-").isEmpty());
        RawPeer late = connect(endpoint);
        assertThat(late.awaitClosed().code()).isIn(1001, 1006);
    }

    @Test
    void openingAndDroppingThousandsOfConnectionsLeavesNothing() {
        XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(listener(told)));
        endpoint.handlers().register("f", (name, payload, peer) -> 1);
        for (int i = 0; i < 10_000; i++) {
            RawPeer peer = RawPeer.connect(endpoint);
            CompletableFuture<Integer> pending = i % 2 == 0 ? peer.peer().call("g", Integer.class) : null;
            if (i % 100 == 0) {
                // neither what it had to do nor the deadline of that outlives it
                peer.send(deadlines("f", "1", "1", 1_000_000)).nextWith("resolve");
            }
            switch (i % 3) {
                case 0 -> peer.vanish();
                case 1 -> peer.close(1000, "");
                default -> {
                    peer.peer().close();
                    peer.awaitClosed();
                }
            }
            if (i % 500 == 0) {
                await().pollInterval(millis(1))
                        .until(() -> endpoint.peers.connections().isEmpty());
            }
            if (pending != null && i % 500 == 0) {
                await().pollInterval(millis(1)).until(pending::isDone);
            }
        }
        await().until(() -> endpoint.statistics()
                .equals(new Statistics(
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        10_000,
                        endpoint.statistics().unmatchedAnswers(),
                        0,
                        0,
                        0,
                        0,
                        endpoint.statistics().droppedPeers(),
                        0,
                        0,
                        0)));
        await().until(() -> ((SystemClock) endpoint.clock()).size() == 0);
        assertThat(told).hasSize(20_000);
        await().until(() -> newThreads("in-memory").isEmpty());
        endpoint.close();
        await().until(() -> newThreads("xy-").isEmpty());
    }

    private static XyConnectionListener listener(List<String> told) {
        List<String> log = java.util.Collections.synchronizedList(told);
        return new XyConnectionListener() {
            @Override
            public void connected(XyPeer peer) {
                log.add("c");
            }

            @Override
            public void disconnected(XyPeer peer, int code, String reason) {
                log.add("d");
            }
        };
    }

    @Test
    void whatTheApplicationSeesOfAPeer() {
        XyEndpoint endpoint = endpoint();
        RawPeer raw = connect(endpoint);
        XyPeer peer = raw.peer();
        assertThat(endpoint.peers().find(peer.id())).contains(peer);
        assertThat(endpoint.peers().stream()).containsExactly(peer);
        assertThat(peer.isOpen()).isTrue();
        assertThat(peer.principal()).isNull();
        assertThat(peer.handshake().uri()).hasToString("/ws");
        peer.attributes().put("a", 1);
        assertThat(peer.withTimeout(millis(5)).attributes()).isEqualTo(Map.of("a", 1));
        peer.close(4000, "\u20ac".repeat(100));
        peer.close(4001, "again");
        assertThat(raw.awaitClosed()).isEqualTo(new RawPeer.Closed(4000, "\u20ac".repeat(41)));
        assertThat(peer.isOpen()).isFalse();
        assertThat(endpoint.peers().find(peer.id())).isEmpty();
    }
}
