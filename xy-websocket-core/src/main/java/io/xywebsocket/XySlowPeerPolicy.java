package io.xywebsocket;

/**
 * What becomes of events to a peer whose send buffer is full. Only events are ever lost: calls, answers, pings and the close frame
 * are not, and while events may be lost, calls don't count them against the buffer. What must arrive should be a call.
 *
 * <p>Whatever the policy, a peer is dropped if it takes nothing at all for the send timeout, if it gives no sign of life, if what must
 * not be lost fills the send buffer by itself, or if the answers to its calls fill it 16 times.
 */
public enum XySlowPeerPolicy {
    /** The peer is dropped: it connects again, and begins with what is true then. */
    DROP_PEER,

    /**
     * The oldest events that wait are lost, as many as it takes for the new one to fit, so that the peer reads on with the newest. If they
     * wouldn't make enough room, it is the new one that is lost. An event that is being written doesn't count.
     */
    DROP_OLDEST,

    /**
     * The new event is lost, and {@link XyCaller#send} returns false. Later ones follow once there is room again, so what the peer reads has a
     * gap wherever it was too slow.
     */
    DROP_NEWEST
}
