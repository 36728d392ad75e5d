package io.xywebsocket.test;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** The scripted peers of one test, whichever side opened their connections, and the threads that they run on. Thread-safe. */
final class PeerGroup {

    /** How long what is on its way may take on the slowest of machines. */
    static final Duration ARRIVAL = Duration.ofSeconds(10);

    /** How long a handler is waited for that may be waiting for the test itself. */
    static final Duration MOMENT = Duration.ofMillis(200);

    private final IntSupplier leaving;
    private final ThreadPoolExecutor threads;
    private final AtomicInteger started = new AtomicInteger();
    private final Set<XyTestPeer> peers = ConcurrentHashMap.newKeySet();

    /** @param leaving how many connections the application still has to be told the end of */
    PeerGroup(IntSupplier leaving) {
        this.leaving = leaving;
        this.threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "xy-test-peer-" + started.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    void add(XyTestPeer peer) {
        peers.removeIf(XyTestPeer::isOver);
        peers.add(peer);
    }

    /** Disconnects them all with this code, see {@link XyTestPeer#close(int, String)}. */
    void closeAll(int code) {
        peers.forEach(peer -> peer.close(code, ""));
        peers.clear();
    }

    void close() {
        closeAll(1001);
        threads.shutdown();
    }

    int leaving() {
        return leaving.getAsInt();
    }

    /** Runs on a thread of its own what may wait for a peer. */
    void execute(Runnable task) {
        if (threads.isShutdown()) {
            task.run();
        } else {
            threads.execute(task);
        }
    }

    /** Waits until what is on its way to or from the peers has arrived. */
    void letArrive() {
        List<BooleanSupplier> arrivals = peers.stream().map(XyTestPeer::arrival).toList();
        if (!RealTime.await(ARRIVAL, () -> arrivals.stream().allMatch(BooleanSupplier::getAsBoolean))) {
            throw new IllegalStateException("What is on its way didn't arrive within " + ARRIVAL.toSeconds() + " s");
        }
    }

    /** Waits until what the peers have sent is handled, unless it takes too long, and what came of it has arrived. */
    void letBeHandled(Duration patience) {
        List<BooleanSupplier> handled = peers.stream().map(XyTestPeer::handled).toList();
        long began = System.nanoTime();
        RealTime.await(
                patience,
                () -> handled.stream().allMatch(BooleanSupplier::getAsBoolean)
                        || (peers.stream().anyMatch(XyTestPeer::owesAnswers)
                                && System.nanoTime() - began > MOMENT.toNanos()));
        letArrive();
    }
}
