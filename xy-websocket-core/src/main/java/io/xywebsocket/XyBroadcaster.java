package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Sends events to many members, and calls them. The payload is encoded once. The calling thread never blocks and never
 * writes to a socket. A peer is left out until {@link XyConnectionListener#connected} has returned, as it may still be
 * refused; a listener there can use {@link XyPeer#send}. Thread-safe.
 *
 * <pre>{@code
 * broadcaster.broadcast("stock.changed", level);
 * broadcaster.toGroup("north").send("alarm", text);
 * broadcaster.here().where(peer -> peer.attributes().containsKey("admin")).send("alarm", text);
 * }</pre>
 *
 * @since 0.1
 */
public interface XyBroadcaster {

    /** Returns the audience of all members. */
    XyAudience everybody();

    /**
     * Returns the audience of who is in any of these groups; each member counts once.
     *
     * @throws IllegalArgumentException if there is no name
     * @throws XyException with status 400 if a name has no or more than 200 characters
     */
    XyAudience toGroup(String... groups);

    /**
     * Returns the audience of the members of these users.
     *
     * @param users names, see {@link XyMember#user()}
     * @throws IllegalArgumentException if there is none
     */
    XyAudience toUser(String... users);

    /** Returns the audience of this node's peers. */
    XyLocalAudience here();

    /**
     * Sends an event to everybody.
     *
     * @param event   the event's name, without a prefix
     * @param payload a serialisable value; {@link XyPayload#none()} for an event without a payload
     * @return the number of peers of this node for which the event was queued
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    default int broadcast(String event, @Nullable Object payload) {
        return everybody().send(event, payload);
    }

    /** Sends an event without a payload to everybody, see {@link #broadcast(String, Object)}. */
    default int broadcast(String event) {
        return everybody().send(event);
    }

    /**
     * Sends an event of which only the latest counts to everybody. For each peer it replaces an event of the same name
     * and key that still waits to be written, and so overtakes events, answers and calls that were sent after that one.
     * If you also send snapshots, put a version into both. See {@link XyCaller#sendLatest}.
     *
     * @param key what the event is about: a symbol, an id
     * @return as {@link #broadcast(String, Object)}
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    default int broadcastLatest(String event, String key, @Nullable Object payload) {
        return everybody().sendLatest(event, key, payload);
    }

    /** Sends an event to everybody but one, see {@link #broadcast(String, Object)}. */
    default int broadcastExcept(XyMember except, String event, @Nullable Object payload) {
        return everybody().except(except).send(event, payload);
    }
}
