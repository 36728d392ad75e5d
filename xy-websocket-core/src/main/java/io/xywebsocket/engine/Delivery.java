package io.xywebsocket.engine;

import org.jspecify.annotations.Nullable;

/** Queues an event for one peer. */
@FunctionalInterface
interface Delivery {

    Delivery DIRECT = (peer, frame, key) -> peer.connection.send(frame, key);

    /** Returns whether it was queued. */
    boolean deliver(ConnectionPeer peer, EncodedFrame frame, @Nullable LatestKey key);
}
