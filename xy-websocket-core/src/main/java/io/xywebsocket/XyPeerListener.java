package io.xywebsocket;

/**
 * Hears of an endpoint's peers. Connected and disconnected are called on the executor, in order with what that peer sends: connected
 * before the first of its calls and events, disconnected after the last event.
 */
public interface XyPeerListener {

    /**
     * A peer is connected; it can be called. What it sends waits until all listeners have returned, and broadcasts leave it out until then;
     * answers to what a listener asks it come meanwhile. So here is the place to refuse a peer, and to load what its handlers need.
     *
     * <p>A listener that throws closes the peer, and nothing of it runs: with 4401 for an {@link XyException} of status 401, 4403 for one of 403,
     * their message being the reason, else with 1011. What isn't an {@code XyException} is what the error mappers make of it; the text of
     * what they don't know stays here. Listeners behind it hear nothing of the peer. The same goes for a listener that {@linkplain XyPeer#close
     * closes} the peer. If the listeners haven't returned within the call timeout, the peer is closed with 1013; none is interrupted.
     *
     * <p>For each listener: {@link #disconnected} follows if this was called, also if it has thrown, and only then; it comes after this has returned or
     * its time is over.
     */
    void connected(XyPeer peer);

    /**
     * Somebody else has logged in, or the same one anew: {@link XyPeer#identify} was called, on the thread that called it. Of what listeners throw
     * here, the first reaches that caller, once all have been told.
     */
    default void identified(XyPeer peer) {}

    /**
     * A peer is gone that this listener has heard of. Its pending calls have failed; it is no longer among the peers. What is thrown here is
     * logged, and keeps nobody from being told.
     *
     * @param code   the close code, RFC 6455 §7.4; 1006 if the connection ended without one
     * @param reason why; this side's own reason where this side ended it; may be empty
     */
    void disconnected(XyPeer peer, int code, String reason);
}
