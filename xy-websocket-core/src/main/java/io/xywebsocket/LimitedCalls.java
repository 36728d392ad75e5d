package io.xywebsocket;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one peer that have a deadline, from their arrival to their end: drops those that wait and stops those that run, when
 * their time is over or when the peer cancels them. Guarded by the lane, whose lock is held by whoever calls the methods that don't say
 * otherwise. One timer serves all, as in {@link PendingCalls}.
 */
final class LimitedCalls {

    /** So long a deadline may be overlooked, in nanoseconds: the peer must not have us look all the time. */
    private static final long GRAIN = 1_000_000;

    /** And so long for each call that is listed or waits, so that looking takes a thousandth of the clock's time at most. */
    private static final long GRAIN_PER_CALL = 10_000;

    private final Lane lane;
    private final Backlog<LaneEntry> waiting;
    private final ReadGate gate;
    private final XyEndpoint endpoint;

    // all guarded by the lane
    private @Nullable LimitedCall first;
    private int size;
    private @Nullable Map<String, LimitedCall> byId;
    private XyClock.@Nullable Timer timer;
    private long timerAt;
    private long nextLook;
    private boolean ended;

    /** @param waiting where the calls are until they start */
    LimitedCalls(Lane lane, Backlog<LaneEntry> waiting, ReadGate gate, XyEndpoint endpoint) {
        this.lane = lane;
        this.waiting = waiting;
        this.gate = gate;
        this.endpoint = endpoint;
        this.nextLook = endpoint.clock.nanoTime();
    }

    void add(LimitedCall call) {
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
        long at = later(call.deadline, nextLook);
        if (timer == null || at - timerAt < 0) {
            setTimer(at);
        }
    }

    /** Forgets an entry that has ended, if it is known here. */
    void remove(LaneEntry entry) {
        if (!(entry instanceof LimitedCall call) || !call.listed) {
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

    /**
     * No more will come, and what has not started won't: the connection is over. What runs keeps its deadline, but what nobody can stop is
     * forgotten: the peer may have given it years, and nobody waits for its answer.
     */
    void end(List<LaneEntry> dropped) {
        dropped.forEach(this::remove);
        ended = true;
        for (LimitedCall call = first; call != null; ) {
            LimitedCall following = call.next;
            returned(call);
            call = following;
        }
        stopTimerIfEnded();
    }

    /** A handler has returned an unfinished stage, if it has not merely called a peer. */
    void returned(LaneEntry entry) {
        if (ended && entry instanceof LimitedCall call && call.isOutOfReach()) {
            remove(call);
        }
    }

    /**
     * The peer has cancelled a call. Not to be called with a lock.
     *
     * @return false if there is no such call, or no more
     */
    boolean cancel(@Nullable String id) {
        LimitedCall call;
        List<LaneEntry> dropped;
        synchronized (lane) {
            call = id == null ? null : find(id);
            if (call == null) {
                return false;
            }
            remove(call);
            dropped = call.isWaiting() ? waiting.takeIf(entry -> entry == call) : List.of();
        }
        stop(List.of(call), dropped, endpoint.counters.cancelledCalls);
        return true;
    }

    /** Peers seldom cancel; the first time, what there is is sorted, so that none can have us search for ever. */
    private @Nullable LimitedCall find(String id) {
        if (byId == null && first != null) {
            byId = new HashMap<>();
            for (LimitedCall call = first; call != null; call = call.next) {
                byId.put(call.id(), call);
            }
        }
        return byId == null ? null : byId.get(id);
    }

    private void timeUp() {
        List<LimitedCall> late = new ArrayList<>();
        List<LaneEntry> dropped = List.of();
        synchronized (lane) {
            long now = endpoint.clock.nanoTime();
            long soonest = Long.MAX_VALUE;
            for (LimitedCall call = first; call != null; call = call.next) {
                if (call.deadline - now <= 0) {
                    late.add(call);
                } else {
                    soonest = Math.min(soonest, call.deadline - now);
                }
            }
            late.forEach(this::remove);
            if (late.stream().anyMatch(LimitedCall::isWaiting)) {
                dropped = waiting.takeIf(entry -> entry instanceof LimitedCall call && !call.listed);
            }
            nextLook = now + Math.max(GRAIN, (size + waiting.size()) * GRAIN_PER_CALL);
            stopTimer();
            if (first != null) {
                setTimer(later(now + soonest, nextLook));
            }
        }
        stop(late, dropped, endpoint.counters.expiredCalls);
    }

    private void stop(List<LimitedCall> calls, List<LaneEntry> dropped, LongAdder counter) {
        for (LaneEntry entry : dropped) {
            gate.release(entry.bytes);
        }
        for (LimitedCall call : calls) {
            if (call.stop()) {
                counter.increment();
            }
        }
        if (!dropped.isEmpty()) {
            lane.workOff(); // they may have waited for a thread, and the farewell for them
        }
    }

    private void setTimer(long at) {
        stopTimer();
        timerAt = at;
        timer = endpoint.clock.scheduleAt(this::timeUp, at);
    }

    private void stopTimerIfEnded() {
        if (ended && first == null) {
            stopTimer();
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private static long later(long one, long other) {
        return one - other < 0 ? other : one;
    }
}
