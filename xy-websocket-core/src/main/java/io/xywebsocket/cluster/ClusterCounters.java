package io.xywebsocket.cluster;

import java.util.concurrent.atomic.LongAdder;

/** Counts of a node since its start. Thread-safe. */
final class ClusterCounters {
    /** Events of this node that were not published. */
    final LongAdder droppedEvents = new LongAdder();
    /** Events of other nodes that this one has not got. */
    final LongAdder lostEvents = new LongAdder();

    final LongAdder duplicateFrames = new LongAdder();
    final LongAdder repairedFrames = new LongAdder();
    final LongAdder foreignFrames = new LongAdder();
}
