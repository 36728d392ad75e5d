package io.xywebsocket.test;

import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.engine.XyEndpointBuilder;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.transport.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Connects scripted peers to an endpoint, in memory: the engine and the handlers are the real ones, there is no port. If the
 * endpoint's clock is an {@link XyTestClock}, that takes care of these peers. Thread-safe.
 *
 * <pre>{@code
 * try (XyEndpoint endpoint = XyEndpoint.builder().build();
 *         XyTestPeers peers = new XyTestPeers(endpoint)) {
 *     endpoint.handlers().register("length", String.class, String::length);
 *     XyTestPeer peer = peers.connect().onCall("courier.locate", String.class, courier -> "at home");
 *
 *     assertThat(peer.await("length", "four", int.class)).isEqualTo(4);
 *     assertThat(peer.peer().await("courier.locate", "c1", String.class)).isEqualTo("at home");
 *
 *     endpoint.broadcaster().broadcast("stock.changed", "A-1");
 *     assertThat(peer.awaitEvent("stock.changed", String.class)).isEqualTo("A-1");
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class XyTestPeers implements AutoCloseable {

    /** Deny-by-default doesn't concern the marks of these peers. */
    private static final XyHandlerDecorator EVERYBODY_MAY = new XyHandlerDecorator() {};

    private final XyEndpoint endpoint;
    private final Codec codec;
    private final XyRegistration marks;
    private final PeerGroup group;
    private final Runnable arrival;

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
        this.group = new PeerGroup(() -> endpoint.statistics().closing());
        this.arrival = group::letArrive;
        this.marks = endpoint.handlers()
                .guardedBy(EVERYBODY_MAY)
                .on(Wire.MARK, (name, payload, peer) -> peer.send(name, payload));
        if (endpoint.clock() instanceof XyTestClock clock) {
            clock.watch(arrival);
        }
    }

    /** Starts the nodes of a cluster in this process, on a virtual clock. Returns when they have found each other. */
    public static XyTestCluster cluster(int nodes) {
        return cluster(nodes, settings -> settings);
    }

    /**
     * Starts the nodes of a cluster in this process, on a virtual clock. Returns when they have found each other.
     *
     * @param nodes    how many
     * @param settings changes the settings of each node's endpoint
     */
    public static XyTestCluster cluster(int nodes, UnaryOperator<XyEndpointBuilder> settings) {
        return new XyTestCluster(nodes, settings);
    }

    /**
     * Connects a peer about which there is nothing special. Returns when the listeners of "connected" have let it in or refused it, or one of them
     * asks the peer something, or the peer's patience is over.
     */
    public XyTestPeer connect() {
        return builder().connect();
    }

    /** A peer to be set up. */
    public XyTestPeerBuilder builder() {
        return new XyTestPeerBuilder(this);
    }

    /** Disconnects all peers, see {@link XyTestPeer#close(int, String)}. */
    public void closeAll() {
        group.closeAll(1000);
    }

    /** Disconnects all peers; none can be connected any more. */
    @Override
    public void close() {
        closeAll();
        marks.close();
        if (endpoint.clock() instanceof XyTestClock clock) {
            clock.unwatch(arrival);
        }
        group.close();
    }

    XyTestPeer connect(XyHandshake handshake, Map<String, Object> attributes, Duration patience) {
        FarEnd end = new FarEnd(codec, group::execute);
        Transport.Receiver engine = endpoint.open(end.wire.engineEnd(), handshake, attributes);
        end.view = view(handshake);
        XyTestPeer peer = new XyTestPeer(group, end, patience);
        group.add(peer);
        end.wire.start(engine, end);
        if (!RealTime.await(PeerGroup.ARRIVAL, peer.arrival()) || end.wire.isForeign()) {
            peer.abort();
            throw new IllegalStateException("The endpoint has other prefixes than these peers");
        }
        RealTime.await(patience, () -> isLetIn(end.view) || peer.owesAnswers() || !peer.isOpen());
        return peer;
    }

    private boolean isLetIn(@Nullable XyPeer view) {
        return view == null || endpoint.broadcaster().here().members().contains(view);
    }

    /** The connection as the application sees it; null if it is already over for the application. */
    private @Nullable XyPeer view(XyHandshake handshake) {
        for (XyPeer each : endpoint.peers()) {
            if (each.handshake() == handshake) {
                return each;
            }
        }
        return null;
    }
}
