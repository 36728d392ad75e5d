package io.xywebsocket;

/**
 * What happens to events for a peer whose send buffer is full. Only events are ever lost; calls, answers, pings and the
 * close frame are not. While events may be lost, they don't count against calls in the buffer. Use calls for what must
 * arrive.
 *
 * <p>With any policy a peer is dropped if it accepts no bytes for the send timeout, if it shows no sign of life, if
 * undiscardable messages alone fill the send buffer, or if answers to its calls fill it 16 times.
 *
 * @since 0.1
 */
public enum XySlowPeerPolicy {
    /** Drops the peer: it reconnects and starts from the current state. */
    DROP_PEER,

    /**
     * Discards the oldest waiting events until the new one fits, so that the peer continues with the newest. If that
     * can't make enough room, the new event is discarded. An event that is being written is never discarded.
     */
    DROP_OLDEST,

    /**
     * Discards the new event; {@link XyCaller#send} returns false. Later events follow once there is room, so a slow
     * peer sees gaps.
     */
    DROP_NEWEST
}
