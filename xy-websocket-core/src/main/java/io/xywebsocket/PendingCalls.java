package io.xywebsocket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one peer that wait for their answers. Ids count up, belong to this connection alone and are never used
 * again. Whoever takes a call out has to settle it. Thread-safe.
 */
final class PendingCalls {

    enum Added {
        ADDED,
        CLOSED,
        FULL
    }

    /** So long a timeout may be late, in nanoseconds, so that ten thousand deadlines are not as many looks at all calls. */
    private static final long GRAIN = 1_000_000;

    /** And so much for each call, so that a peer that answers none takes a thousandth of the clock's time at most. */
    private static final long GRAIN_PER_CALL = 10_000;

    private final XyClock clock;
    private final ReadGate gate;
    private final int max;

    // guarded by this
    private final Map<Long, PendingCall> calls = new HashMap<>(2);
    private long lastId;
    private XyClock.@Nullable Timer timer;
    private long timerAt;
    private boolean closed;

    PendingCalls(XyClock clock, ReadGate gate, int max) {
        this.clock = clock;
        this.gate = gate;
        this.max = max;
    }

    /** Remembers a call and its deadline, before it is sent. */
    Added add(PendingCall call, Duration timeout) {
        synchronized (this) {
            if (closed) {
                return Added.CLOSED;
            }
            if (calls.size() >= max) {
                return Added.FULL;
            }
            call.id = ++lastId;
            call.timeout = timeout;
            call.deadline = clock.nanoTime() + timeout.toNanos();
            calls.put(call.id, call);
            if (timer == null || call.deadline - timerAt < 0) {
                setTimer(call.deadline);
            }
        }
        gate.awaiting(1);
        return Added.ADDED;
    }

    /**
     * One timer serves all calls: it is set for the deadline that comes first, and what is answered leaves it as it is. A timer for
     * each call, set and cancelled, was a good part of what a call costs.
     */
    private void setTimer(long at) {
        if (timer != null) {
            timer.cancel();
        }
        timerAt = at;
        timer = clock.scheduleAt(this::timeUp, at);
    }

    private void timeUp() {
        List<PendingCall> late = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            long now = clock.nanoTime();
            long next = Long.MAX_VALUE;
            for (PendingCall call : calls.values()) {
                if (call.deadline - now <= 0) {
                    late.add(call);
                } else {
                    next = Math.min(next, call.deadline - now);
                }
            }
            late.forEach(call -> calls.remove(call.id));
            timer = null;
            if (next < Long.MAX_VALUE) {
                setTimer(now + Math.max(next, Math.max(GRAIN, calls.size() * GRAIN_PER_CALL)));
            }
        }
        for (PendingCall call : late) {
            awaitedNoMore(call);
            call.settle(new PendingCall.Failed(() -> new XyCallTimeoutException(call.function, call.timeout)));
        }
    }

    /** The call with this id, as the JSON text that the other side repeated; null if there is none. */
    @Nullable
    PendingCall take(@Nullable String id) {
        Long number = parse(id);
        PendingCall call;
        synchronized (this) {
            call = number == null ? null : calls.remove(number);
        }
        if (call != null) {
            awaitedNoMore(call);
        }
        return call;
    }

    /** Whether the call was still pending. */
    boolean remove(PendingCall call) {
        boolean removed;
        synchronized (this) {
            removed = calls.remove(call.id, call);
        }
        if (removed) {
            awaitedNoMore(call);
        }
        return removed;
    }

    private void awaitedNoMore(PendingCall call) {
        gate.awaiting(-1);
        if (call.asker != null) {
            call.asker.lane().hasAnswer(call.asker.entry());
        }
    }

    /** Takes no more; returns those that will never be answered. */
    List<PendingCall> close() {
        List<PendingCall> unanswered;
        synchronized (this) {
            closed = true;
            unanswered = new ArrayList<>(calls.values());
            calls.clear();
            if (timer != null) {
                timer.cancel();
            }
        }
        unanswered.forEach(this::awaitedNoMore);
        return unanswered;
    }

    synchronized int size() {
        return calls.size();
    }

    /** An id as it goes onto the wire. */
    static String format(long id) {
        return "\"" + id + '"';
    }

    private static @Nullable Long parse(@Nullable String id) {
        if (id == null || id.length() < 3 || id.length() > 21 || id.charAt(0) != '"') {
            return null;
        }
        long number = 0;
        for (int i = 1; i < id.length() - 1; i++) {
            int digit = id.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
