package io.xywebsocket.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Stops the calls of one peer at their deadline, or when the peer cancels them. One timer serves all, as in {@link
 * PendingCalls}. Callers hold the lock of the inbound queue unless said otherwise.
 */
final class CallsWithDeadline {

    private final InboundQueue inbound;
    private final CompactQueue<InboundEntry> waiting;
    private final ReceiveBuffer receiveBuffer;
    private final EngineContext context;

    // all guarded by the inbound queue
    private @Nullable CallWithDeadline first;
    private int size;
    private @Nullable Map<String, CallWithDeadline> byId;
    private final DeadlineTimer timer;
    private long nextCheck;
    private boolean ended;

    /** @param waiting the calls that have not started */
    CallsWithDeadline(
            InboundQueue inbound,
            CompactQueue<InboundEntry> waiting,
            ReceiveBuffer receiveBuffer,
            EngineContext context) {
        this.inbound = inbound;
        this.waiting = waiting;
        this.receiveBuffer = receiveBuffer;
        this.context = context;
        this.timer = new DeadlineTimer(context.clock(), this::onTimer);
        this.nextCheck = context.clock().nanoTime();
    }

    void add(CallWithDeadline call) {
        call.listed = true;
        call.next = first;
        if (first != null) {
            first.previous = call;
        }
        first = call;
        size++;
        if (byId != null) {
            byId.put(call.id(), call);
        }
        timer.scanAt(later(call.deadline, nextCheck));
    }

    /** Removes an entry that has ended, if it is listed. */
    void remove(InboundEntry entry) {
        if (!(entry instanceof CallWithDeadline call) || !call.listed) {
            return;
        }
        call.listed = false;
        if (call.previous == null) {
            first = call.next;
        } else {
            call.previous.next = call.next;
        }
        if (call.next != null) {
            call.next.previous = call.previous;
        }
        call.previous = null;
        call.next = null;
        size--;
        if (byId != null) {
            byId.remove(call.id(), call);
        }
        if (first == null) {
            byId = null;
            stopTimerIfEnded();
        }
    }

    /** Accepts no more calls. Running ones keep their deadline if they can be stopped: the peer may have set years. */
    void end(List<InboundEntry> dropped) {
        dropped.forEach(this::remove);
        ended = true;
        for (CallWithDeadline call = first; call != null; ) {
            CallWithDeadline following = call.next;
            onReturned(call);
            call = following;
        }
        stopTimerIfEnded();
    }

    /** Removes a call that can't be stopped any more, after the end of the connection. */
    void onReturned(InboundEntry entry) {
        if (ended && entry instanceof CallWithDeadline call && call.isUnstoppable()) {
            remove(call);
        }
    }

    /**
     * Cancels a call for the peer. Called without a lock.
     *
     * @return false if no such call waits or runs
     */
    boolean cancel(@Nullable String id) {
        CallWithDeadline call;
        List<InboundEntry> dropped;
        synchronized (inbound) {
            call = id == null ? null : find(id);
            if (call == null) {
                return false;
            }
            remove(call);
            dropped = call.isWaiting() ? waiting.takeIf(entry -> entry == call) : List.of();
        }
        stop(List.of(call), dropped, context.counters().cancelledCalls);
        return true;
    }

    /** Indexes the calls at the first cancellation: peers seldom cancel, but must not cause linear searches. */
    private @Nullable CallWithDeadline find(String id) {
        if (byId == null && first != null) {
            byId = new HashMap<>();
            for (CallWithDeadline call = first; call != null; call = call.next) {
                byId.put(call.id(), call);
            }
        }
        return byId == null ? null : byId.get(id);
    }

    private void onTimer() {
        List<CallWithDeadline> late = new ArrayList<>();
        List<InboundEntry> dropped = List.of();
        synchronized (inbound) {
            timer.cancel();
            long now = context.clock().nanoTime();
            long soonest = Long.MAX_VALUE;
            for (CallWithDeadline call = first; call != null; call = call.next) {
                if (call.deadline - now <= 0) {
                    late.add(call);
                } else {
                    soonest = Math.min(soonest, call.deadline - now);
                }
            }
            late.forEach(this::remove);
            if (late.stream().anyMatch(CallWithDeadline::isWaiting)) {
                dropped = waiting.takeIf(entry -> entry instanceof CallWithDeadline call && !call.listed);
            }
            nextCheck = now + DeadlineTimer.granularity(size + waiting.size());
            if (first != null) {
                timer.scanAt(later(now + soonest, nextCheck));
            }
        }
        stop(late, dropped, context.counters().expiredCalls);
    }

    private void stop(List<CallWithDeadline> calls, List<InboundEntry> dropped, LongAdder counter) {
        for (InboundEntry entry : dropped) {
            receiveBuffer.release(entry.bytes);
        }
        for (CallWithDeadline call : calls) {
            if (call.stop()) {
                counter.increment();
            }
        }
        if (!dropped.isEmpty()) {
            inbound.startDrainRun(); // the last entry may be next
        }
    }

    private void stopTimerIfEnded() {
        if (ended && first == null) {
            timer.cancel();
        }
    }

    private static long later(long one, long other) {
        return one - other < 0 ? other : one;
    }
}
