package io.xywebsocket.test;

import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.engine.XyEndpointBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Several nodes of a cluster in this process, on one bus in memory and one virtual clock. The bus can lose, duplicate and
 * delay what the nodes send to each other, and cut them off. Nodes are numbered from 0. Timeouts are the defaults of
 * {@link XyClusterSettings}. Thread-safe.
 *
 * <pre>{@code
 * try (XyTestCluster cluster = XyTestPeers.cluster(3)) {
 *     XyTestPeer ada = cluster.peers(1).connect();
 *     cluster.advance(Duration.ofSeconds(1));
 *     cluster.node(0).broadcaster().broadcast("alarm", "north");
 *     assertThat(ada.awaitEvent("alarm", String.class)).isEqualTo("north");
 *
 *     cluster.cut(1);
 *     cluster.advance(Duration.ofSeconds(6));
 *     assertThat(cluster.node(0).presence().size()).isZero();
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class XyTestCluster implements AutoCloseable {

    private final XyTestClock clock = new XyTestClock();
    private final InMemoryBus bus = new InMemoryBus(clock);
    private final List<XyEndpoint> nodes = new ArrayList<>();
    private final List<XyTestPeers> peers = new ArrayList<>();
    private final List<ExecutorService> threads = new ArrayList<>();

    /** Tasks of all nodes that wait or run. */
    private final AtomicInteger underWay = new AtomicInteger();

    /** The number of frames to each node that are still to be lost or duplicated. */
    private final Map<String, AtomicInteger> toLose = new ConcurrentHashMap<>();

    private final Map<String, AtomicInteger> toDuplicate = new ConcurrentHashMap<>();

    XyTestCluster(int size, UnaryOperator<XyEndpointBuilder> settings) {
        bus.fates((to, channel, frame) -> fate(to));
        clock.watch(this::letArrive);
        for (int i = 0; i < size; i++) {
            XyEndpointBuilder builder = XyEndpoint.builder()
                    .clock(clock)
                    .cluster(XyClusterSettings.of("test"), bus.line(name(i)))
                    .clusterThreads(thread(), thread());
            XyEndpoint node = settings.apply(builder).build();
            nodes.add(node);
            peers.add(new XyTestPeers(node));
        }
        advance(Duration.ofSeconds(2)); // they find each other
    }

    private static String name(int node) {
        return "node " + node;
    }

    private Executor thread() {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "xy-test-cluster");
            made.setDaemon(true);
            return made;
        });
        threads.add(thread);
        return task -> {
            underWay.incrementAndGet();
            thread.execute(() -> {
                try {
                    task.run();
                } finally {
                    underWay.decrementAndGet();
                }
            });
        };
    }

    private InMemoryBus.Fate fate(String node) {
        if (takeOne(toLose.get(node))) {
            return InMemoryBus.Fate.LOSE;
        }
        return takeOne(toDuplicate.get(node)) ? InMemoryBus.Fate.REPEAT : InMemoryBus.Fate.DELIVER;
    }

    private static boolean takeOne(@Nullable AtomicInteger left) {
        return left != null && left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }

    private void letArrive() {
        if (!RealTime.await(PeerGroup.ARRIVAL, () -> underWay.get() == 0)) {
            throw new IllegalStateException("What the nodes send to each other does not arrive");
        }
    }

    /** Returns the endpoint of a node. */
    public XyEndpoint node(int number) {
        return nodes.get(number);
    }

    /** Returns what connects peers to a node. */
    public XyTestPeers peers(int node) {
        return peers.get(node);
    }

    /** Returns the clock of all nodes. */
    public XyTestClock clock() {
        return clock;
    }

    /** Moves the time on, and lets what is on its way arrive, see {@link XyTestClock#advance}. */
    public void advance(Duration by) {
        clock.advance(by);
    }

    /** Cuts a node off: nothing that it publishes reaches others, and nothing reaches it. */
    public void cut(int node) {
        bus.cut(name(node));
    }

    /** Lets nothing reach a node, which can publish, until it renews its subscription after the echo timeout. */
    public void silence(int node) {
        bus.silence(name(node));
    }

    /** Ends a {@link #cut}. */
    public void heal(int node) {
        bus.heal(name(node));
    }

    /** Ends a node for the others as {@code kill -9} does, without notice. Its endpoint lives on, cut off for good. */
    public void kill(int node) {
        bus.cut(name(node));
        bus.line(name(node)).close();
    }

    /**
     * Loses the next frames on their way to a node, its own included.
     *
     * @param frames how many; 0 for none
     */
    public void lose(int node, int frames) {
        toLose.put(name(node), new AtomicInteger(frames));
    }

    /** Delivers the next frames to a node twice, as {@link #lose} loses them. */
    public void duplicate(int node, int frames) {
        toDuplicate.put(name(node), new AtomicInteger(frames));
    }

    /** Delays all frames from now on, by the virtual clock; zero for no delay. */
    public void delay(Duration time) {
        bus.delay(time);
    }

    /** Disconnects all peers and ends all nodes. */
    @Override
    public void close() {
        peers.forEach(XyTestPeers::close);
        nodes.forEach(XyEndpoint::close);
        threads.forEach(ExecutorService::shutdownNow);
    }
}
