package io.xywebsocket.test;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyGuarded;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects scripted peers to an endpoint, in memory: the engine and the handlers are the real ones, there is no port. If the
 * endpoint's clock is an {@link XyTestClock}, that takes care of these peers. Thread-safe.
 */
public final class XyTestPeers implements AutoCloseable {

    /** How long what is on its way may take on the slowest of machines. */
    private static final Duration ARRIVAL = Duration.ofSeconds(10);

    /** How long a handler is waited for that may be waiting for the test itself. */
    private static final Duration MOMENT = Duration.ofMillis(200);

    private final XyEndpoint endpoint;
    private final Codec codec;
    private final XyRegistration marks;
    private final ThreadPoolExecutor threads;
    private final AtomicInteger started = new AtomicInteger();
    private final Set<XyTestPeer> peers = ConcurrentHashMap.newKeySet();

    /** Peers that speak plain JSON with the default prefixes. */
    public XyTestPeers(XyEndpoint endpoint) {
        this(endpoint, XyJson.plain(), Prefixes.DEFAULT);
    }

    /**
     * @param endpoint where the peers connect
     * @param json     how they write and read payloads
     * @param prefixes the endpoint's
     */
    public XyTestPeers(XyEndpoint endpoint, XyJson json, Prefixes prefixes) {
        this.endpoint = endpoint;
        this.codec = new Codec(json, prefixes);
        this.threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "xy-test-peer-" + started.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        XyListener echo = (XyListener & XyGuarded) (name, payload, peer) -> peer.send(name, payload);
        this.marks = endpoint.handlers().on(Wire.MARK, echo);
        if (endpoint.clock() instanceof XyTestClock clock) {
            clock.watch(this);
        }
    }

    /** Connects a peer about which there is nothing special. */
    public XyTestPeer connect() {
        return builder().connect();
    }

    /** A peer to be set up. */
    public XyTestPeerBuilder builder() {
        return new XyTestPeerBuilder(this);
    }

    /** Disconnects all peers, see {@link XyTestPeer#close(int, String)}. */
    public void closeAll() {
        peers.forEach(XyTestPeer::close);
        peers.clear();
    }

    /** Disconnects all peers; none can be connected any more. */
    @Override
    public void close() {
        closeAll();
        marks.close();
        if (endpoint.clock() instanceof XyTestClock clock) {
            clock.unwatch(this);
        }
        threads.shutdown();
    }

    XyTestPeer connect(XyHandshake handshake, Map<String, Object> attributes, Duration patience) {
        peers.removeIf(XyTestPeer::isOver);
        FarEnd end = new FarEnd(codec, this::execute);
        Transport.Receiver engine = endpoint.open(end.wire.engineEnd(), handshake, attributes);
        XyTestPeer peer = new XyTestPeer(this, end, patience, view(handshake));
        peers.add(peer);
        end.wire.start(engine, end);
        if (!RealTime.await(ARRIVAL, peer.arrival()) || end.wire.isForeign()) {
            peer.cut();
            throw new IllegalStateException("The endpoint has other prefixes than these peers");
        }
        return peer;
    }

    /** The connection as the application sees it; null if it is already over for the application. */
    @SuppressWarnings("ReferenceEquality") // two peers may have equal handshakes
    private @Nullable XyPeer view(XyHandshake handshake) {
        for (XyPeer each : endpoint.peers()) {
            if (each.handshake() == handshake) {
                return each;
            }
        }
        return null;
    }

    /** How many connections the application still has to be told the end of. */
    int leaving() {
        return endpoint.statistics().closing();
    }

    /** Runs on a thread of its own what may wait for a peer. */
    private void execute(Runnable task) {
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
