package io.xywebsocket;

import java.util.List;
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
    private final ThreadsOfPeer threads;

    /** Comes after everything else, when the connection is over. */
    private @Nullable LaneEntry farewell;

    private @Nullable LaneEntry runningEvent;
    private int runningCalls;
    private long arrivals;

    /** Of the running calls those that have asked the peer something and wait for its answer. */
    private int askingCalls;

    private int questions;
    private long unansweredSince;
    private long lastQuestion;
    private long lastCall;

    /**
     * @param outbound where answers go: no more calls start while it is crowded
     * @param threads  what the peer's handlers hold: no more calls start while that is its share
     */
    LaneQueue(int maxConcurrentCalls, Outbound outbound, ThreadsOfPeer threads) {
        this.maxConcurrentCalls = maxConcurrentCalls;
        this.outbound = outbound;
        this.threads = threads;
    }

    void add(LaneEntry entry) {
        entry.order = ++arrivals;
        (entry.isCall ? calls : events).add(entry);
        if (entry.isCall) {
            lastCall = entry.order;
        }
    }

    void addLast(LaneEntry entry) {
        entry.isLast = true;
        farewell = entry;
    }

    /**
     * What may start now; it stays until it {@linkplain #start does}.
     *
     * @param mine 1 if it is for a thread that runs along the lane already, else 0
     */
    @Nullable
    LaneEntry startable(int mine) {
        LaneEntry call = calls.peek();
        if (call != null
                && (isFull()
                        || call.isBehind(runningEvent)
                        || call.isBehind(events.peek())
                        || (farewell == null && outbound.isCrowded()))) {
            call = null;
        }
        // once the peer has gone a listener that never returns must not hold up the farewell
        boolean eventMayStart = runningEvent == null || (farewell != null && runningEvent.overdue);
        LaneEntry event = eventMayStart ? events.peek() : null;
        if (event != null && (call == null || event.order < call.order)) {
            boolean may = runningEvent == null ? threads.mayTakeFirst(event, mine) : threads.mayTake(event, mine);
            return may ? event : null;
        } else if (call != null) {
            return threads.mayTake(call, mine) ? call : null;
        }
        return events.isEmpty() && eventMayStart ? farewell : null;
    }

    /** An entry has asked the peer something. */
    void asks(LaneEntry entry, long now) {
        if (questions++ == 0) {
            unansweredSince = now;
        }
        entry.questions++;
        if (entry.questions == 1 && entry.isCall && !entry.finished) {
            askingCalls++;
        }
        lastQuestion = arrivals;
    }

    /** The peer has answered, or nobody waits for that any more. */
    void hasAnswer(LaneEntry entry) {
        questions--;
        entry.questions--;
        if (entry.questions == 0 && entry.isCall && !entry.finished) {
            askingCalls--;
        }
    }

    void peerHasAnswered(long now) {
        unansweredSince = now;
    }

    /** Since when the peer has been asked and has answered nothing. */
    long unansweredSince() {
        return unansweredSince;
    }

    /**
     * Takes the calls that may be waiting for themselves: all that runs, and keeps them from starting, waits for answers of the very
     * peer, which may be about to answer when these calls are. One that came before a question was not made in order to answer that.
     */
    List<LaneEntry> takeTooDeep() {
        if (!mayBeTooDeep()) {
            return List.of();
        }
        lastCall = lastQuestion;
        return calls.takeIf(call -> call.order > lastQuestion);
    }

    /** Whether there are such calls. Their peer may also have sent them before it came to its answers. */
    boolean mayBeTooDeep() {
        boolean wait = lastCall > lastQuestion && !calls.isEmpty() && farewell == null;
        return wait && askingCalls >= runningCalls && (isFull() || isAtItsShare());
    }

    private boolean isFull() {
        return runningCalls >= maxConcurrentCalls;
    }

    private boolean isAtItsShare() {
        boolean eventEnds = runningEvent != null && runningEvent.questions == 0;
        return !eventEnds && (runningCalls > 0 || runningEvent != null) && !threads.couldTake();
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
            askingCalls -= entry.questions > 0 ? 1 : 0;
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
