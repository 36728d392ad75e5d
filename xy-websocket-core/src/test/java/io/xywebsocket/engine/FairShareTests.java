package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.concurrent.FairShare;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers whose handlers block are served no more than what leaves something to others. */
class FairShareTests extends WithEndpoints {

    private static final int THREADS = 16;

    /** How many calls each of those sends that want all there is. */
    private static final int MANY = 64;

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();

    @AfterEach
    void letGo() {
        release.countDown();
    }

    private Object hang() throws InterruptedException {
        held.incrementAndGet();
        try {
            release.await();
        } finally {
            held.decrementAndGet();
        }
        return 1;
    }

    private XyEndpoint serving(UnaryOperator<XyEndpointBuilder> settings) {
        XyEndpoint endpoint = endpoint(settings);
        endpoint.handlers().register("hang", (name, payload, peer) -> hang());
        endpoint.handlers().register("quick", Integer.class, i -> i);
        endpoint.handlers().register("ask", (name, payload, peer) -> {
            held.incrementAndGet();
            try {
                return peer.withTimeout(millis(60_000)).await("confirm", null, Boolean.class);
            } finally {
                held.decrementAndGet();
            }
        });
        endpoint.handlers().on("hang", (XyListener) (name, payload, peer) -> hang());
        return endpoint;
    }

    private RawPeer greedy(XyEndpoint endpoint, String function) {
        RawPeer peer = connect(endpoint);
        int before = held.get();
        for (int i = 0; i < MANY; i++) {
            peer.send(call(function, "" + i));
        }
        await().until(() -> held.get() > before);
        return peer;
    }

    private void assertServes(XyEndpoint endpoint) {
        RawPeer bystander = connect(endpoint);
        for (int i = 0; i < 50; i++) {
            assertThat(bystander.ask(call("quick", "" + i, "7"))).isEqualTo(resolved("quick", "7", "" + i));
        }
        bystander.vanish();
    }

    /** Such an executor refuses while a thread has answered and is not back yet, so one may have to ask again. */
    private void assertServesIfAskedAgain(XyEndpoint endpoint) {
        RawPeer bystander = connect(endpoint);
        for (int i = 0; i < 50; i++) {
            String call = call("quick", "" + i, "7");
            String answer = resolved("quick", "7", "" + i);
            await().until(() -> bystander.ask(call).equals(answer));
        }
        bystander.vanish();
    }

    /** What runs handlers: so many threads, however one hears of that. */
    private enum Kind {
        OURS,
        FIXED,
        BOUNDED,
        CORE,
        TOLD;

        boolean refusesWhenFull() {
            return this == BOUNDED || this == TOLD;
        }

        UnaryOperator<XyEndpointBuilder> settings(FairShareTests test) {
            return switch (this) {
                case OURS -> settings -> settings.maxThreads(THREADS);
                case FIXED -> pool(test, Executors.newFixedThreadPool(THREADS));
                case BOUNDED ->
                    pool(test, new ThreadPoolExecutor(2, THREADS, 1, TimeUnit.MINUTES, new SynchronousQueue<>()));
                case CORE ->
                    pool(
                            test,
                            new ThreadPoolExecutor(
                                    THREADS, 1000, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(1000)));
                case TOLD -> settings -> settings.executor(refusing(test), () -> THREADS);
            };
        }

        private static UnaryOperator<XyEndpointBuilder> pool(FairShareTests test, ExecutorService pool) {
            test.closing(pool::shutdownNow);
            return settings -> settings.executor(pool);
        }

        private static Executor refusing(FairShareTests test) {
            ExecutorService threads = Executors.newCachedThreadPool();
            test.closing(threads::shutdownNow);
            Semaphore free = new Semaphore(THREADS);
            return task -> {
                if (!free.tryAcquire()) {
                    throw new RejectedExecutionException("full");
                }
                threads.execute(() -> {
                    try {
                        task.run();
                    } finally {
                        free.release();
                    }
                });
            };
        }
    }

    /** Not one of the kinds: on Java 17 it may forget to wake a thread for a task while others of its threads block. */
    @Test
    void aForkJoinPoolIsAskedForItsParallelism() {
        ForkJoinPool pool = new ForkJoinPool(4);
        closing(pool::shutdownNow);
        FairShare share = Tasks.shareOf(pool);
        RawPeer connected = connect(endpoint(settings -> settings));
        Connection connection = ((ConnectionPeer) connected.peer()).connection;
        ThreadsOfPeer peer = new ThreadsOfPeer(share, () -> false);
        peer.hold(new DrainRun(connection.inbound, null));

        assertThat(share.allows(peer, 0)).isTrue();
        share.enter();
        share.enter();
        share.enter();
        assertThat(share.allows(peer, 0)).isFalse();
    }

    /** A half, a half of what is left, and so on: never all, also when those who hold it have gone. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void threePeersThatWantAllThreadsLeaveSomeToOthers(Kind executor) {
        XyEndpoint endpoint = serving(executor.settings(this));
        Runnable assertServes =
                executor.refusesWhenFull() ? () -> assertServesIfAskedAgain(endpoint) : () -> assertServes(endpoint);
        List<RawPeer> attackers = new ArrayList<>();
        int[] shares = {8, 12, 14};
        for (int share : shares) {
            attackers.add(greedy(endpoint, "hang"));
            await().until(() -> held.get() >= share);
            assertServes.run();
        }
        attackers.forEach(RawPeer::vanish);
        await().until(() -> endpoint.statistics().peers() == 0);
        assertServes.run();
        if (!executor.refusesWhenFull()) {
            assertThat(endpoint.statistics().refusedCalls()).isZero();
        }

        release.countDown();
        await().until(() -> endpoint.statistics().closing() == 0);
        await().until(() -> held.get() == 0);
    }

    @Test
    void peersThatAreAskedAndDontAnswerLeaveSomeToOthersToo() {
        XyEndpoint endpoint = serving(settings -> settings.maxThreads(THREADS));
        List<RawPeer> attackers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            attackers.add(greedy(endpoint, "ask"));
        }
        assertServes(endpoint);
        attackers.forEach(RawPeer::vanish);
        assertServes(endpoint);
    }

    @Test
    void listenersThatHoldThreadsCount() {
        XyEndpoint endpoint = serving(settings -> settings.maxThreads(8));
        for (int i = 0; i < 4; i++) {
            connect(endpoint).send(event("hang"));
        }
        await().until(() -> held.get() == 4);
        greedy(endpoint, "hang");
        await().until(() -> held.get() >= 6);
        assertServes(endpoint);
    }

    @Test
    void stagesThatHoldThreadsDoNotTakeThoseOfCalls() {
        XyEndpoint endpoint = serving(settings -> settings.maxThreads(4));
        endpoint.handlers().register("later", (name, payload, peer) -> peer.call("confirm", Boolean.class)
                .thenApply(answer -> {
                    try {
                        return hang();
                    } catch (InterruptedException e) {
                        return 2;
                    }
                }));
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 8; i++) {
            peer.send(call("later", "" + i));
            peer.answerNext("confirm", "true");
        }
        await().until(() -> held.get() == 8);
        assertServes(endpoint);
    }

    /** Someone who comes back again and again, and each time leaves behind whatever he may start. */
    @Test
    void whatPeersLeaveBehindLeavesSomeToOthers() {
        XyEndpoint endpoint = serving(settings -> settings.maxThreads(256));
        for (int i = 0; i < 20; i++) {
            greedy(endpoint, "hang").vanish();
        }
        assertServes(endpoint);
    }

    /** Not one for each of those that have gone: they share like one peer. */
    @Test
    void eventsThatPeersLeaveBehindLeaveSomeToOthers() {
        XyEndpoint endpoint = serving(settings -> settings.maxThreads(THREADS));
        CountDownLatch first = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        endpoint.handlers().on("first", (XyListener) (name, payload, peer) -> {
            begun.incrementAndGet();
            first.await();
        });
        for (int i = 0; i < THREADS; i++) {
            RawPeer peer = connect(endpoint).send(event("first", "1"));
            peer.send(event("hang", "2")).send(event("hang", "3"));
            await().until(() -> begun.get() > 0);
        }
        await().until(() -> begun.get() == THREADS);
        endpoint.peers().stream().forEach(each -> each.close(4000, "go"));
        await().until(() -> endpoint.peers().size() == 0);
        first.countDown();
        await().until(() -> held.get() > 0);
        assertServes(endpoint);
        assertThat(held.get()).isLessThanOrEqualTo(THREADS / 2 + 2);
        release.countDown();
        await().until(() -> endpoint.statistics().closing() == 0);
        await().until(() -> held.get() == 0);
    }

    @Test
    void peersThatAreNotLetInYetLeaveSomeToOthers() {
        AtomicBoolean asked = new AtomicBoolean();
        XyEndpoint endpoint =
                serving(settings -> settings.maxThreads(THREADS).connectionListener(new XyConnectionListener() {
                    @Override
                    public void connected(XyPeer peer) {
                        if (asked.get()) {
                            try {
                                hang();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                    }

                    @Override
                    public void disconnected(XyPeer peer, int code, String reason) {}
                }));
        RawPeer bystander = connect(endpoint);
        bystander.ask(call("quick", "0", "7"));
        asked.set(true);
        List<RawPeer> newcomers = new ArrayList<>();
        for (int i = 0; i < 3 * THREADS; i++) {
            newcomers.add(connect(endpoint).send(call("quick", "1", "7")));
        }
        await().until(() -> held.get() > 1);
        for (int i = 1; i < 50; i++) {
            assertThat(bystander.ask(call("quick", "" + i, "7"))).isEqualTo(resolved("quick", "7", "" + i));
        }
        release.countDown();
        for (RawPeer newcomer : newcomers) {
            newcomer.nextWith("resolve.quick");
        }
    }

    @Test
    void eachPeerMayHaveOneHandlerHoweverFewThreadsAreFree() {
        XyEndpoint endpoint = serving(settings -> settings.maxThreads(8));
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            peers.add(connect(endpoint).send(call("ask", "1")));
        }
        for (RawPeer peer : peers) {
            peer.answerNext("confirm", "true").nextWith("resolve.ask");
        }
    }

    @Test
    void whoeverWaitsForAThreadGetsOneWhenOthersReturnThem() {
        XyEndpoint endpoint = serving(settings -> settings.maxThreads(4));
        endpoint.handlers().register("slow", Integer.class, i -> {
            TimeUnit.MICROSECONDS.sleep(200 + i % 7 * 500);
            return i;
        });
        RawPeer holding = greedy(endpoint, "hang");
        await().until(() -> held.get() == 2);
        RawPeer waiting = connect(endpoint).send(call("hang", "1")).send(call("hang", "2"));
        await().until(() -> held.get() == 3);
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            peers.add(connect(endpoint));
        }
        for (int i = 0; i < 40; i++) {
            for (RawPeer peer : peers) {
                peer.send(call("slow", "" + i, "" + i));
            }
        }
        for (RawPeer peer : peers) {
            await().until(() -> peer.received() == 40);
        }
        release.countDown();
        await().until(() -> holding.received() == MANY && waiting.received() == 2);
        await().until(() -> peers.stream().allMatch(WithEndpoints::isIdle) && isIdle(holding) && isIdle(waiting));
    }

    @Test
    void callsThatWaitForAThreadCanBeGivenUpAndTheirPeerLeave() {
        XyEndpoint endpoint = serving(settings -> settings.maxThreads(4));
        RawPeer first = greedy(endpoint, "hang");
        await().until(() -> held.get() == 2);
        RawPeer second = connect(endpoint).send(call("hang", "1")).send(deadlines("quick", "1", "2", 60_000));
        await().until(() -> held.get() == 3);
        second.send(cancel("quick", "2"));
        await().until(() -> endpoint.statistics().cancelledCalls() == 1);
        second.vanish();
        await().until(() -> endpoint.statistics().closing() == 0);
        assertThat(endpoint.peers()).containsExactly(first.peer());
    }
}
