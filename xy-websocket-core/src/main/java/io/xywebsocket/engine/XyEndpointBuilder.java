package io.xywebsocket.engine;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyRateLimit;
import java.util.ArrayList;
import java.util.List;
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
        return new XyEndpoint(this, List.copyOf(listeners), holdPeers, rateLimit);
    }
}
