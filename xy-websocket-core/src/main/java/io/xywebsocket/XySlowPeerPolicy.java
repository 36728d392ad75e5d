package io.xywebsocket;

/**
 * What becomes of events to a peer whose send buffer is full. Only events are ever lost: calls, answers, pings and the close frame
 * are not, and while events may be lost, calls don't count them against the buffer.
 *
 * <p>Whatever the policy, a peer is dropped if it takes nothing at all for the send timeout, if it gives no sign of life, or if what must
 * not be lost fills the send buffer by itself.
 */
public enum XySlowPeerPolicy {
    /** The peer is dropped: it connects again, and begins with what is true then. */
    DROP_PEER,

    /**
     * The oldest events that wait are lost, as many as it takes for the new one to fit, so that the peer reads on with the newest. If they
     * wouldn't make enough room, it is the new one that is lost.
     */
    DROP_OLDEST,

    /** The new event is lost, and {@link XyCaller#send} returns false: what the peer reads has no gap before its end. */
    DROP_NEWEST
}
