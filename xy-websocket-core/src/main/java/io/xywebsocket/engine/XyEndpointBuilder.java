package io.xywebsocket.engine;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.XyRateLimit;
import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.cluster.XyClusterListener;
import io.xywebsocket.cluster.XyClusterSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link XyEndpoint}; all settings have defaults. Not thread-safe.
 *
 * @since 0.1
 */
public final class XyEndpointBuilder extends XySettings<XyEndpointBuilder> {

    private final List<XyConnectionListener> listeners = new ArrayList<>();
    private @Nullable XyRateLimit rateLimit;
    private boolean holdPeers = true;
    private final List<XyPresenceListener> presenceListeners = new ArrayList<>();
    private int maxGroupsPerPeer = PresenceSettings.DEFAULT.maxGroupsPerPeer();
    private Duration linger = PresenceSettings.DEFAULT.linger();
    private final List<XyClusterListener> clusterListeners = new ArrayList<>();
    private NodeMessages nodeMessages = new NodeMessages();
    private @Nullable XyClusterSettings cluster;
    private @Nullable XyBus bus;
    private boolean joinsLater;
    private @Nullable Executor clusterIn;
    private @Nullable Executor clusterOut;

    XyEndpointBuilder() {}

    /** Limits the rate of peers. Default: no limit. */
    public XyEndpointBuilder rateLimit(XyRateLimit limit) {
        rateLimit = limit;
        return this;
    }

    /**
     * Adds a listener for connecting and disconnecting peers, behind earlier ones. If it throws for a peer, that is
     * closed; see {@link XyConnectionListener#connected}. Default: none.
     */
    public XyEndpointBuilder connectionListener(XyConnectionListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Adds a listener for members, their groups and users, behind earlier ones. Default: none. */
    public XyEndpointBuilder presenceListener(XyPresenceListener listener) {
        presenceListeners.add(listener);
        return this;
    }

    /**
     * Sets how many groups a peer may be in. Default: 100.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyEndpointBuilder maxGroupsPerPeer(int max) {
        if (max <= 0) {
            throw new IllegalArgumentException("max-groups-per-peer must be more than 0, not " + max);
        }
        maxGroupsPerPeer = max;
        return this;
    }

    /**
     * Sets how long a user whose last member has gone is still online, as it may return. Default: 5 s.
     *
     * @param time zero for none
     * @throws IllegalArgumentException if it is negative
     */
    public XyEndpointBuilder linger(Duration time) {
        linger = time.isZero() ? Duration.ZERO : XyInternals.positive("presence.linger", time);
        return this;
    }

    /**
     * Makes the endpoint a node of a cluster, which it joins when it is built, or {@linkplain #joinClusterLater later}.
     * Default: none.
     *
     * @param settings the cluster's name, its timeouts and bounds
     * @param carrier  carries messages between the nodes; closed with the endpoint
     */
    public XyEndpointBuilder cluster(XyClusterSettings settings, XyBus carrier) {
        cluster = settings;
        bus = carrier;
        return this;
    }

    /**
     * Lets the endpoint join its cluster when {@link XyEndpoint#joinCluster} is called, so that listeners that are not
     * ready yet miss nothing. Default: when it is built.
     */
    public XyEndpointBuilder joinClusterLater() {
        joinsLater = true;
        return this;
    }

    /** Adds a listener for the nodes of the cluster, behind earlier ones. Default: none. */
    public XyEndpointBuilder clusterListener(XyClusterListener listener) {
        clusterListeners.add(listener);
        return this;
    }

    /** Sets what carries questions and notices of other parts of the application between nodes. Default: none are carried. */
    public XyEndpointBuilder nodeMessages(NodeMessages messages) {
        nodeMessages = messages;
        return this;
    }

    /**
     * Runs the cluster's tasks elsewhere. Default: two threads of the endpoint's own.
     *
     * @param in  handles what other nodes send, one task at a time and in order
     * @param out publishes, one task at a time and in order; the bus may block it
     */
    public XyEndpointBuilder clusterThreads(Executor in, Executor out) {
        clusterIn = in;
        clusterOut = out;
        return this;
    }

    /**
     * Holds calls and events of a peer until the {@linkplain #connectionListener listeners} have returned, at most for
     * the call timeout; then the peer is closed with 1013. If false, calls pass a listener that calls its peer or
     * exceeds the event-order timeout, and broadcasts reach peers at once. Default: true; a client doesn't hold its
     * server, which may call back before it answers the listeners' calls.
     */
    public XyEndpointBuilder holdPeers(boolean hold) {
        holdPeers = hold;
        return this;
    }

    /**
     * Creates the endpoint; its threads start on demand.
     *
     * @throws IllegalArgumentException if {@link #maxReceivedBytes} is less than a message
     */
    public XyEndpoint build() {
        return new XyEndpoint(
                this,
                List.copyOf(listeners),
                holdPeers,
                rateLimit,
                new PresenceSettings(presenceListeners, maxGroupsPerPeer, linger),
                cluster == null || bus == null
                        ? null
                        : new ClusterWiring(
                                cluster, bus, clusterListeners, nodeMessages, joinsLater, clusterIn, clusterOut));
    }
}
