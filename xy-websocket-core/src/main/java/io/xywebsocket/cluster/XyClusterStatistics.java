package io.xywebsocket.cluster;

import java.time.Duration;

/**
 * A node's view of its cluster at one moment. Counts are since the start of this node. Immutable.
 *
 * @param connected        whether this node hears its own heartbeats
 * @param nodes            the other nodes that are known and not silent
 * @param members          the members of other nodes
 * @param pendingCalls     calls to members of other nodes that wait for their answers
 * @param servedCalls      calls of other nodes to peers of this one that are under way
 * @param queuedBytes      the bytes that wait to be published
 * @param lostEvents       events of other nodes that this one has missed for good
 * @param droppedEvents    events of this node that were dropped before they were published
 * @param duplicateFrames  frames that arrived twice, and were taken once
 * @param repairedFrames   frames that this node had missed, and got when it asked for them
 * @param foreignFrames    frames of other applications or of another version, and messages that are no frames
 * @param unknownMessages  messages of a kind that this node doesn't know, or that it can't read
 * @param sinceEcho        how long ago this node last heard itself
 * @since 0.1
 */
public record XyClusterStatistics(
        boolean connected,
        int nodes,
        int members,
        long pendingCalls,
        long servedCalls,
        long queuedBytes,
        long lostEvents,
        long droppedEvents,
        long duplicateFrames,
        long repairedFrames,
        long foreignFrames,
        long unknownMessages,
        Duration sinceEcho) {}
