package io.xywebsocket.engine;

import io.xywebsocket.XyStatistics;

/** Statistics of an endpoint. */
record Statistics(
        int peers,
        int groups,
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
        long refusedEvents)
        implements XyStatistics {}
