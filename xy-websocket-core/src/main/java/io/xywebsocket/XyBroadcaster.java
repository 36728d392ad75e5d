package io.xywebsocket;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends events to many peers. The payload is encoded once. The calling thread never blocks and never writes to a
 * socket. A peer is left out until {@link XyConnectionListener#connected} has returned, as it may still be refused; a
 * listener there can use {@link XyPeer#send}. Thread-safe.
 *
 * <pre>{@code
 * int queued = broadcaster.broadcast("stock.changed", change);
 * broadcaster.broadcast("stock.changed", change, peer -> peer.principal() != null);
 * broadcaster.broadcastLatest("courier.moved", courier.id(), position);
 * broadcaster.broadcastExcept(sender, "chat.message", message);
 * }</pre>
 *
 * @since 0.1
 */
public interface XyBroadcaster {

    /**
     * Sends an event to the connected peers that a filter accepts.
     *
     * @param event   the event's name, without a prefix
     * @param payload a serialisable value; {@link XyPayload#none()} for an event without a payload
     * @param to      the filter; called once for each connected peer, on the calling thread
     * @return the number of peers for which the event was queued
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    int broadcast(String event, @Nullable Object payload, Predicate<? super XyPeer> to);

    /** Sends an event to every connected peer, see {@link #broadcast(String, Object, Predicate)}. */
    default int broadcast(String event, @Nullable Object payload) {
        return broadcast(event, payload, peer -> true);
    }

    /** Sends an event without a payload to every connected peer, see {@link #broadcast(String, Object, Predicate)}. */
    default int broadcast(String event) {
        return broadcast(event, XyPayload.none());
    }

    /**
     * Sends an event of which only the latest counts to the connected peers that a filter accepts. For each peer it
     * replaces an event of the same name and key that still waits to be written, and so overtakes events, answers and
     * calls that were sent after that one. If you also send snapshots, put a version into both. See {@link
     * XyCaller#sendLatest}.
     *
     * @param event   the event's name, without a prefix
     * @param key     what the event is about: a symbol, an id
     * @param payload a serialisable value
     * @param to      the filter; called once for each connected peer, on the calling thread
     * @return the number of peers for which the event was queued
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    default int broadcastLatest(String event, String key, @Nullable Object payload, Predicate<? super XyPeer> to) {
        return broadcast(event, payload, to);
    }

    /**
     * Sends an event of which only the latest counts to every connected peer, see {@link #broadcastLatest(String,
     * String, Object, Predicate)}.
     */
    default int broadcastLatest(String event, String key, @Nullable Object payload) {
        return broadcastLatest(event, key, payload, peer -> true);
    }

    /** Sends an event to every connected peer but one, see {@link #broadcast(String, Object, Predicate)}. */
    default int broadcastExcept(XyPeer except, String event, @Nullable Object payload) {
        return broadcast(event, payload, peer -> !peer.equals(except));
    }
}
