package io.xywebsocket;

/**
 * Statistics of an endpoint at one moment. The first five rise and fall, the others only rise.
 *
 * @param peers            connected peers
 * @param closing          ended connections whose closing handshake or clean-up is under way
 * @param pendingCalls     calls to peers that wait for their answers
 * @param queuedBytes      bytes of UTF-8 queued for peers and not yet written
 * @param receivedBytes    bytes received and not handled: unfinished messages, calls and events
 * @param connections      connections opened so far
 * @param unmatchedAnswers answers of peers to calls that were not pending: late, repeated or made up
 * @param ignoredFrames    frames of unknown kinds
 * @param refusedCalls     calls refused with 429 or 503 because of a limit
 * @param expiredCalls     calls of peers that exceeded their deadline: discarded, or stopped while they ran
 * @param cancelledCalls   calls that peers have cancelled: discarded, or stopped while they ran
 * @param droppedPeers     peers dropped because they were too slow or showed no sign of life
 * @param droppedEvents    events discarded by {@link XySlowPeerPolicy}; a broadcast counts once for each peer
 * @param replacedEvents   events replaced by a later one of the same key before they were written, see {@link
 *     XyCaller#sendLatest}
 * @param refusedEvents    events of peers discarded because of a rate limit or a name that is too long
 */
public record XyStatistics(
        int peers,
        int closing,
        int pendingCalls,
        long queuedBytes,
        long receivedBytes,
        long connections,
        long unmatchedAnswers,
        long ignoredFrames,
        long refusedCalls,
        long expiredCalls,
        long cancelledCalls,
        long droppedPeers,
        long droppedEvents,
        long replacedEvents,
        long refusedEvents) {}
