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

    private final XyClock clock;
    private final ReadGate gate;
    private final int max;

    // guarded by this
    private final Map<Long, PendingCall> calls = new HashMap<>(2);
    private long lastId;
    private boolean closed;

    PendingCalls(XyClock clock, ReadGate gate, int max) {
        this.clock = clock;
        this.gate = gate;
        this.max = max;
    }

    /** Remembers a call and sets its timer, before it is sent. */
    Added add(PendingCall call, Duration timeout) {
        synchronized (this) {
            if (closed) {
                return Added.CLOSED;
            }
            if (calls.size() >= max) {
                return Added.FULL;
            }
            call.id = ++lastId;
            calls.put(call.id, call);
            call.timer = clock.schedule(() -> timedOut(call, timeout), timeout);
        }
        gate.awaiting(1);
        return Added.ADDED;
    }

    private void timedOut(PendingCall call, Duration timeout) {
        if (remove(call)) {
            call.settle(new PendingCall.Failed(new XyCallTimeoutException(call.function, timeout)));
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
            left(call);
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
            left(call);
        }
        return removed;
    }

    /** Takes no more; returns those that will never be answered. */
    List<PendingCall> close() {
        List<PendingCall> unanswered;
        synchronized (this) {
            closed = true;
            unanswered = new ArrayList<>(calls.values());
            calls.clear();
        }
        unanswered.forEach(this::left);
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

    private void left(PendingCall call) {
        if (call.timer != null) {
            call.timer.cancel();
        }
        gate.awaiting(-1);
    }
}
