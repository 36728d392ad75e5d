package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * What waits in a lane, what runs, and what may start next: the protocol's chapter on order. Not thread-safe: its {@link Lane} guards
 * it.
 */
final class LaneQueue {

    final Backlog<LaneEntry> events = new Backlog<>();
    final Backlog<LaneEntry> calls = new Backlog<>();

    private final int maxConcurrentCalls;
    private final Outbound outbound;

    /** Comes after everything else, when the connection is over. */
    private @Nullable LaneEntry farewell;

    private @Nullable LaneEntry runningEvent;
    private int runningCalls;
    private long arrivals;

    /** @param outbound where answers go: no more calls start while it is crowded */
    LaneQueue(int maxConcurrentCalls, Outbound outbound) {
        this.maxConcurrentCalls = maxConcurrentCalls;
        this.outbound = outbound;
    }

    void add(LaneEntry entry) {
        entry.order = ++arrivals;
        (entry.isCall ? calls : events).add(entry);
    }

    void addLast(LaneEntry entry) {
        entry.isLast = true;
        farewell = entry;
    }

    /** What may start now; it stays until it {@linkplain #start does}. */
    @Nullable
    LaneEntry startable() {
        LaneEntry call = calls.peek();
        if (call != null
                && (runningCalls >= maxConcurrentCalls
                        || call.isBehind(runningEvent)
                        || call.isBehind(events.peek())
                        || (farewell == null && outbound.isCrowded()))) {
            call = null;
        }
        // once the peer has gone a listener that never returns must not hold up the farewell
        boolean eventMayStart = runningEvent == null || (farewell != null && runningEvent.overdue);
        LaneEntry event = eventMayStart ? events.peek() : null;
        if (event != null && (call == null || event.order < call.order)) {
            return event;
        }
        return call == null && events.isEmpty() && eventMayStart ? farewell : call;
    }

    /** @param entry what is {@link #startable} */
    void start(LaneEntry entry, long now) {
        if (entry == farewell) {
            farewell = null;
        } else {
            (entry.isCall ? calls : events).poll();
        }
        if (entry.isCall) {
            runningCalls++;
        } else {
            runningEvent = entry;
            entry.startedAt = now;
        }
    }

    void finish(LaneEntry entry) {
        entry.finished = true;
        if (entry.isCall) {
            runningCalls--;
            return;
        }
        entry.past = true;
        if (runningEvent == entry) {
            runningEvent = null;
        }
    }

    boolean isRunning(LaneEntry event) {
        return runningEvent == event;
    }

    /** The running event, if something waits for that. */
    @Nullable
    LaneEntry runningEventInTheWay() {
        LaneEntry event = runningEvent;
        boolean waitedFor = farewell != null || (event != null && !event.past && !calls.isEmpty());
        return waitedFor ? event : null;
    }

    /** Whether nothing waits. */
    boolean isEmpty() {
        return events.isEmpty() && calls.isEmpty() && farewell == null;
    }

    /** Whether nothing runs either. */
    boolean isIdle() {
        return isEmpty() && runningEvent == null && runningCalls == 0;
    }
}
