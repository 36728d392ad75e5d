package io.xywebsocket.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds the waiting and running entries, and decides which may start next. Guarded by its {@link InboundQueue}. */
final class InboundOrder {

    final CompactQueue<InboundEntry> events = new CompactQueue<>();
    final CompactQueue<InboundEntry> calls = new CompactQueue<>();

    private final int maxConcurrentCalls;
    private final Outbound outbound;
    private final ThreadsOfPeer threads;

    /** Runs after all others, when the connection has ended. */
    private @Nullable InboundEntry lastEntry;

    private @Nullable InboundEntry runningEvent;
    private int runningCalls;
    private long arrivals;

    /** Running calls that wait for an answer of their own peer. */
    private int callsAwaitingPeer;

    private int nestedCalls;
    private long unansweredSince;
    private long lastNestedCall;
    private long lastCall;

    /**
     * @param outbound takes the answers; no call starts while it is crowded
     * @param threads the threads that this peer's handlers hold; no call starts beyond the fair share
     */
    InboundOrder(int maxConcurrentCalls, Outbound outbound, ThreadsOfPeer threads) {
        this.maxConcurrentCalls = maxConcurrentCalls;
        this.outbound = outbound;
        this.threads = threads;
    }

    void add(InboundEntry entry) {
        entry.order = ++arrivals;
        (entry.isCall ? calls : events).add(entry);
        if (entry.isCall) {
            lastCall = entry.order;
        }
    }

    void addLast(InboundEntry entry) {
        entry.isLast = true;
        lastEntry = entry;
    }

    /**
     * Returns the entry that may start now, without removing it.
     *
     * @param ownThreads 1 if the asking thread already counts as busy in the {@code FairShare}, otherwise 0
     */
    @Nullable
    InboundEntry startable(int ownThreads) {
        InboundEntry call = calls.peek();
        if (call != null
                && (isFull()
                        || call.isBehind(runningEvent)
                        || call.isBehind(events.peek())
                        || (lastEntry == null && outbound.isCrowded()))) {
            call = null;
        }
        // an overdue listener of a disconnected peer must not hold up the last entry
        boolean eventMayStart = runningEvent == null || (lastEntry != null && runningEvent.overdue);
        InboundEntry event = eventMayStart ? events.peek() : null;
        if (event != null && (call == null || event.order < call.order)) {
            boolean may =
                    runningEvent == null ? threads.mayTakeFirst(event, ownThreads) : threads.mayTake(event, ownThreads);
            return may ? event : null;
        } else if (call != null) {
            return threads.mayTake(call, ownThreads) ? call : null;
        }
        return events.isEmpty() && eventMayStart ? lastEntry : null;
    }

    /** The entry has started a call to its own peer. */
    void onNestedCall(InboundEntry entry, long now) {
        if (nestedCalls++ == 0) {
            unansweredSince = now;
        }
        entry.nestedCalls++;
        if (entry.nestedCalls == 1 && entry.isCall && !entry.finished) {
            callsAwaitingPeer++;
        }
        lastNestedCall = arrivals;
    }

    /** Such a call has ended, with or without an answer. */
    void onNestedCallEnded(InboundEntry entry) {
        nestedCalls--;
        entry.nestedCalls--;
        if (entry.nestedCalls == 0 && entry.isCall && !entry.finished) {
            callsAwaitingPeer--;
        }
    }

    void onNestedAnswer(long now) {
        unansweredSince = now;
    }

    /** Returns when the peer answered last, or was first called since all calls to it had ended. */
    long unansweredSince() {
        return unansweredSince;
    }

    /**
     * Takes the calls that may wait for their own callers: every running entry waits for this peer, whose answers may
     * depend on these calls. Calls that arrived before the last nested call started stay.
     */
    List<InboundEntry> takeTooDeep() {
        if (!mayBeTooDeep()) {
            return List.of();
        }
        lastCall = lastNestedCall;
        return calls.takeIf(call -> call.order > lastNestedCall);
    }

    /** Returns whether there are such calls. The peer may also have sent them before it answers. */
    boolean mayBeTooDeep() {
        boolean wait = lastCall > lastNestedCall && !calls.isEmpty() && lastEntry == null;
        return wait && callsAwaitingPeer >= runningCalls && (isFull() || isAtItsShare());
    }

    private boolean isFull() {
        return runningCalls >= maxConcurrentCalls;
    }

    private boolean isAtItsShare() {
        boolean eventEnds = runningEvent != null && runningEvent.nestedCalls == 0;
        return !eventEnds && (runningCalls > 0 || runningEvent != null) && !threads.couldTake();
    }

    /** @param entry the {@link #startable} entry */
    void start(InboundEntry entry, long now) {
        if (entry == lastEntry) {
            lastEntry = null;
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

    void finish(InboundEntry entry) {
        entry.finished = true;
        if (entry.isCall) {
            runningCalls--;
            callsAwaitingPeer -= entry.nestedCalls > 0 ? 1 : 0;
            return;
        }
        entry.passed = true;
        if (runningEvent == entry) {
            runningEvent = null;
        }
    }

    boolean isRunning(InboundEntry event) {
        return runningEvent == event;
    }

    /** Returns the running event if other entries wait for it. */
    @Nullable
    InboundEntry runningEventInTheWay() {
        InboundEntry event = runningEvent;
        boolean waitedFor = lastEntry != null || (event != null && !event.passed && !calls.isEmpty());
        return waitedFor ? event : null;
    }

    /** Returns whether no entry waits. */
    boolean isEmpty() {
        return events.isEmpty() && calls.isEmpty() && lastEntry == null;
    }

    /** Returns whether no entry waits or runs. */
    boolean isIdle() {
        return isEmpty() && runningEvent == null && runningCalls == 0;
    }
}
