package io.xywebsocket;

/**
 * Statistics of an endpoint at one moment; immutable. The first six rise and fall, the others only rise. Later
 * releases add members, so only the engine implements it.
 *
 * @since 0.1
 */
public interface XyStatistics {

    /** Returns the number of connected peers. */
    int peers();

    /** Returns the number of groups that have members. */
    int groups();

    /** Returns the number of ended connections whose closing handshake or clean-up is under way. */
    int closing();

    /** Returns the number of calls to peers that wait for their answers. */
    int pendingCalls();

    /** Returns the bytes of UTF-8 queued for peers and not yet written. */
    long queuedBytes();

    /** Returns the bytes received and not handled: unfinished messages, calls and events. */
    long receivedBytes();

    /** Returns the number of connections opened so far. */
    long connections();

    /** Returns the number of peers' answers to calls that were not pending: late, repeated or made up. */
    long unmatchedAnswers();

    /** Returns the number of frames of unknown kinds. */
    long ignoredFrames();

    /** Returns the number of calls refused with 429 or 503 because of a limit. */
    long refusedCalls();

    /** Returns the number of peers' calls that exceeded their deadline: discarded, or stopped while they ran. */
    long expiredCalls();

    /** Returns the number of calls that peers have cancelled: discarded, or stopped while they ran. */
    long cancelledCalls();

    /** Returns the number of peers dropped because they were too slow or showed no sign of life. */
    long droppedPeers();

    /** Returns the number of events discarded by {@link XySlowPeerPolicy}; a broadcast counts once for each peer. */
    long droppedEvents();

    /**
     * Returns the number of events replaced by a later one of the same key before they were written, see {@link
     * XyCaller#sendLatest}.
     */
    long replacedEvents();

    /** Returns the number of peers' events discarded because of a rate limit or a name that is too long. */
    long refusedEvents();
}
