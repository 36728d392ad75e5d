package io.xywebsocket;

/**
 * Hears of an endpoint's peers. Connected and disconnected are called on the executor, in order with that peer's events: connected
 * before the first of them, disconnected after the last.
 */
public interface XyPeerListener {

    /** A peer is connected; it can be called. */
    void connected(XyPeer peer);

    /**
     * Somebody else has logged in, or the same one anew: {@link XyPeer#identify} was called, on the thread that called it. Of what listeners throw
     * here, the first reaches that caller, once all have been told.
     */
    default void identified(XyPeer peer) {}

    /**
     * A peer is gone. Its pending calls have failed; it is no longer among the peers.
     *
     * @param code   the close code, RFC 6455 §7.4; 1006 if the connection ended without one
     * @param reason why; this side's own reason where this side ended it; may be empty
     */
    void disconnected(XyPeer peer, int code, String reason);
}
