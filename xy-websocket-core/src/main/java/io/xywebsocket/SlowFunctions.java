package io.xywebsocket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The functions that have been seen to block. Calls of these don't hold up the calls behind them even for the millisecond after
 * which a {@link Burst} is taken over: another burst goes on at once, which costs a task for each. Blocking is seen where a thread waits in Java: for a lock,
 * a future, a connection from a pool; a read from a socket looks like work. Thread-safe.
 */
final class SlowFunctions {

    /** For so many calls it is remembered. */
    private static final int CALLS = 1_000;

    /** With more than so many it is looked for names that have been unregistered. */
    private static final int MANY = 64;

    private final Predicate<String> isRegistered;
    private final Map<String, AtomicInteger> runsLeft = new ConcurrentHashMap<>();

    /** @param isRegistered whether there is a function of that name, the fallback aside, for which peers make up names */
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
