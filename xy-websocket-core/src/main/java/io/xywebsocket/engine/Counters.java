package io.xywebsocket.engine;

import io.xywebsocket.XyStatistics;
import java.util.concurrent.atomic.LongAdder;

/** The counters of an endpoint, for {@link XyStatistics}. */
final class Counters {
    final LongAdder connections = new LongAdder();
    final LongAdder unmatchedAnswers = new LongAdder();
    final LongAdder ignoredFrames = new LongAdder();
    final LongAdder refusedCalls = new LongAdder();
    final LongAdder expiredCalls = new LongAdder();
    final LongAdder cancelledCalls = new LongAdder();
    final LongAdder refusedEvents = new LongAdder();
    final LongAdder droppedPeers = new LongAdder();
    final LongAdder droppedEvents = new LongAdder();
    final LongAdder replacedEvents = new LongAdder();
}
