package io.xywebsocket.cluster;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Publishes and subscribes, for the frames between the nodes of a cluster. It may lose, repeat or delay frames: they are
 * numbered, and repaired or counted. Frames that one thread publishes to a channel arrive in that order, unless they are
 * lost. With Spring, a bean of this type replaces the one for Redis.
 *
 * @since 0.1
 */
public interface XyBus extends AutoCloseable {

    /** Is called with the frames of the subscribed channels. */
    @FunctionalInterface
    interface Receiver {
        /**
         * A frame has arrived. Must be called by one thread at a time, in the order of arrival; returns at once and
         * throws nothing.
         *
         * @param channel the channel on which it was published
         * @param frame   its bytes, which are not changed afterwards
         */
        void frame(String channel, byte[] frame);
    }

    /**
     * Subscribes to channels, now or as soon as the bus can be reached, until {@link #close}. Subscribes again whenever
     * the connection is lost. Called once. Must not block.
     *
     * @param receiver called with each frame, those of this node included
     */
    void open(Set<String> channels, Receiver receiver);

    /**
     * Publishes a frame to the subscribers of a channel, and waits until the bus has accepted it; for a second or so at
     * most, as nothing else is published meanwhile. Called by one thread at a time.
     *
     * @throws Exception if the bus may not have accepted it; the same frame is published again later
     */
    void publish(String channel, byte[] frame) throws Exception;

    /**
     * Replaces the subscription by a new one. Called when nothing has arrived for the echo timeout, though the
     * subscription may look alive. Must not block.
     */
    void renew();

    /**
     * Returns why the subscription does not work, for the log of a node that is cut off; null if it works, or if the reason
     * is not known. Thread-safe. Must not block.
     */
    default @Nullable Throwable subscriptionFailure() {
        return null;
    }

    /** Ends the subscription and releases what it holds. Idempotent. */
    @Override
    void close();
}
