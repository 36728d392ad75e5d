package io.xywebsocket.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Remembers functions that have blocked. A {@link DrainRun} hands over the queue before it calls one, instead of after
 * a millisecond. Only waiting in Java counts (locks, futures, pools): a socket read looks like work. Thread-safe.
 */
final class SlowFunctions {

    /** Calls for which a function is remembered. */
    private static final int CALLS = 1_000;

    /** Size from which unregistered names are removed. */
    private static final int MANY = 64;

    private final Predicate<String> isRegistered;
    private final Map<String, AtomicInteger> runsLeft = new ConcurrentHashMap<>();

    /**
     * @param isRegistered whether a function has that name, not counting the fallback, for which peers choose names
     */
    SlowFunctions(Predicate<String> isRegistered) {
        this.isRegistered = isRegistered;
    }

    void blocked(String function) {
        if (!isRegistered.test(function)) {
            return;
        }
        runsLeft.computeIfAbsent(function, name -> new AtomicInteger()).set(CALLS);
        if (runsLeft.size() > MANY) {
            runsLeft.keySet().removeIf(isRegistered.negate());
        }
    }

    int size() {
        return runsLeft.size();
    }

    /** Returns whether a function may block. Called once for each run. */
    boolean mayBlock(String function) {
        if (runsLeft.isEmpty()) {
            return false;
        }
        AtomicInteger left = runsLeft.get(function);
        if (left == null) {
            return false;
        }
        if (left.decrementAndGet() < 0) {
            runsLeft.remove(function, left);
            return false;
        }
        return true;
    }
}
