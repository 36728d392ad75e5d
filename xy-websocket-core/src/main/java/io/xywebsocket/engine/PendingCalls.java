package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one peer that wait for answers. Ids count up. Callers that take a call out must settle it. Thread-safe.
 */
final class PendingCalls {

    enum Added {
        ADDED,
        CLOSED,
        FULL
    }

    private final XyClock clock;
    private final IntConsumer awaited;
    private final int max;

    @GuardedBy("this")
    private final Map<Long, PendingCall> calls = new HashMap<>(2);

    @GuardedBy("this")
    private long lastId;

    @GuardedBy("this")
    private final DeadlineTimer timer;

    @GuardedBy("this")
    private boolean closed;

    /** @param awaited told of calls that begin to wait, as 1, and of those that end, as -1 */
    PendingCalls(XyClock clock, IntConsumer awaited, int max) {
        this.clock = clock;
        this.awaited = awaited;
        this.max = max;
        this.timer = new DeadlineTimer(clock, this::onTimer);
    }

    synchronized void startIdsAt(long id) {
        lastId = id;
    }

    /** Registers a call and its deadline, before it is sent. */
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
            timer.scanAt(call.deadline);
        }
        awaited.accept(1);
        return Added.ADDED;
    }

    private void onTimer() {
        List<PendingCall> late = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            timer.cancel();
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
            if (next < Long.MAX_VALUE) {
                timer.scanAt(now + Math.max(next, DeadlineTimer.granularity(calls.size())));
            }
        }
        for (PendingCall call : late) {
            onCallEnded(call);
            call.settle(new PendingCall.Failed(() -> new XyCallTimeoutException(call.function, call.timeout)));
        }
    }

    /** Takes the call with this id, given as JSON text; null if there is none. */
    @Nullable
    PendingCall take(@Nullable String id) {
        Long number = parse(id);
        PendingCall call;
        synchronized (this) {
            call = number == null ? null : calls.remove(number);
        }
        if (call != null) {
            onCallEnded(call);
        }
        return call;
    }

    /** Returns the time of a call by its id, given as JSON text; {@link TrafficLog#UNTIMED} if there is none. */
    synchronized long startedAt(@Nullable String id) {
        Long number = parse(id);
        PendingCall call = number == null ? null : calls.get(number);
        return call == null ? TrafficLog.UNTIMED : call.deadline - call.timeout.toNanos();
    }

    /** Removes a call. Returns whether it was pending. */
    boolean remove(PendingCall call) {
        boolean removed;
        synchronized (this) {
            removed = calls.remove(call.id, call);
        }
        if (removed) {
            onCallEnded(call);
        }
        return removed;
    }

    private void onCallEnded(PendingCall call) {
        awaited.accept(-1);
        if (call.origin != null) {
            call.origin.onNestedCallEnded();
        }
    }

    /** Accepts no more calls. Returns those that are still pending. */
    List<PendingCall> close() {
        List<PendingCall> unanswered;
        synchronized (this) {
            closed = true;
            unanswered = new ArrayList<>(calls.values());
            calls.clear();
            timer.cancel();
        }
        unanswered.forEach(this::onCallEnded);
        return unanswered;
    }

    synchronized int size() {
        return calls.size();
    }

    /** Returns an id as JSON text. */
    static String format(long id) {
        return "\"" + id + '"';
    }

    /** Returns whether a JSON text is an id. */
    static boolean isId(@Nullable String id) {
        return parse(id) != null;
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
