package io.xywebsocket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The functions that have been seen to block. Calls of these don't hold up the calls behind them even for the millisecond after
 * which a {@link Burst} is taken over: another burst goes on at once, which costs a task for each. Blocking is seen where a thread waits in Java: for a lock,
 * a future, a connection from a pool; a read from a socket looks like work. Thread-safe.
 */
final class SlowFunctions {

    /** For so many calls it is remembered. */
    private static final int CALLS = 1_000;

    private final Map<String, AtomicInteger> runsLeft = new ConcurrentHashMap<>();

    /** @param function one that there is: names that a peer made up would be retained */
    void blocked(String function) {
        runsLeft.computeIfAbsent(function, name -> new AtomicInteger()).set(CALLS);
    }

    int size() {
        return runsLeft.size();
    }

    /** Whether a function may well block; to be asked once for each run. */
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
