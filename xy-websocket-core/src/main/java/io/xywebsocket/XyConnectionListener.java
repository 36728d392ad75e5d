package io.xywebsocket;

/**
 * Is notified of the peers of an endpoint. {@link #connected} and {@link #disconnected} run on the executor, in order
 * with the peer's messages: before its first call or event, and after its last event.
 *
 * @since 0.1
 */
public interface XyConnectionListener {

    /**
     * A peer has connected and can be called. Its calls and events wait until all listeners have returned, and
     * broadcasts leave it out until then; answers to a listener's calls arrive. So a listener can refuse the peer or
     * load data for its handlers.
     *
     * <p>If a listener throws, the peer is closed and none of its messages are handled: with 4401 for an {@link
     * XyException} of status 401, with 4403 for status 403, where the message is the reason, otherwise with 1011. Error
     * mappers convert other exceptions; the text of unmapped ones is not sent. Later listeners are not notified of the
     * peer. A listener that {@linkplain XyPeer#close closes} the peer has the same effect. If the listeners don't
     * return within the call timeout, the peer is closed with 1013; none is interrupted.
     *
     * <p>For each listener that was called, even if it threw, {@link #disconnected} follows once this has returned or
     * its time is over.
     */
    void connected(XyPeer peer);

    /**
     * Another user, or the same one anew, has logged in by {@link XyPeer#identify}; called on that thread. All
     * listeners are notified, then the first exception reaches the caller.
     */
    default void identified(XyPeer peer) {}

    /**
     * A peer of which this listener was notified has disconnected. Its pending calls have failed; it is no longer among
     * the peers. Exceptions are logged and don't keep other listeners from being notified.
     *
     * @param code   the close code, RFC 6455 §7.4; 1006 if the connection ended without one
     * @param reason the reason, from this side if it closed the connection; may be empty
     */
    void disconnected(XyPeer peer, int code, String reason);
}
