package io.xywebsocket;

/**
 * An endpoint in numbers, at one moment. The first five rise and fall, the others only rise.
 *
 * @param peers            connected peers
 * @param closing          connections that are no peers any more and whose closing handshake or clean-up is under way
 * @param pendingCalls     calls to peers that wait for their answers
 * @param queuedBytes      bytes of UTF-8 on their way to peers and not yet written
 * @param receivedBytes    what peers have sent and is still here: unfinished messages, and calls and events until they have been handled
 * @param connections      connections opened so far
 * @param unmatchedAnswers answers of peers to calls that were not pending: late, repeated or made up
 * @param ignoredFrames    frames of unknown kinds
 * @param refusedCalls     calls refused with 429 or 503 because of a bound
 * @param expiredCalls     calls of peers whose time was over before they were finished: dropped, or stopped while they ran
 * @param cancelledCalls   calls of peers that their callers have cancelled: dropped, or stopped while they ran
 * @param droppedPeers     peers dropped because they were too slow or gave no sign of life
 * @param droppedEvents    events to peers that were too slow for them, lost as {@link XySlowPeerPolicy} says; one that many peers lose counts as many
 * @param replacedEvents   events that a later one of the same key replaced before they were written, see {@link XyCaller#sendLatest}
 * @param refusedEvents    events of peers dropped because of a rate limit, or of a name that is too long
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
