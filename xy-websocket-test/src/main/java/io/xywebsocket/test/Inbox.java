package io.xywebsocket.test;

import io.xywebsocket.untrusted.Thrown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a peer has received and no test has taken yet, in the order in which it came. Thread-safe. */
final class Inbox {

    private static final int SHOWN = 20;

    // all guarded by this
    private final List<Received> untaken = new ArrayList<>();
    private XyTestPeer.@Nullable End end;
    private @Nullable Throwable failure;

    synchronized void add(Received received) {
        untaken.add(received);
        notifyAll();
    }

    synchronized void ended(XyTestPeer.End how) {
        end = how;
        notifyAll();
    }

    /** Something of the test itself went wrong on another thread than the test's; the next wait says so. */
    synchronized void failed(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        notifyAll();
    }

    /** Takes the first that fits, as soon as there is one. */
    synchronized Received take(String wanted, Duration patience, Predicate<Received> fits) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            requireNoFailure();
            for (Iterator<Received> each = untaken.iterator(); each.hasNext(); ) {
                Received received = each.next();
                if (fits.test(received)) {
                    each.remove();
                    return received;
                }
            }
            if (end != null || !waitUntil(deadline)) {
                throw missing(wanted, patience);
            }
        }
    }

    synchronized XyTestPeer.End awaitEnd(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (end == null) {
            if (!waitUntil(deadline)) {
                throw new AssertionError(
                        "The connection is still open after " + patience.toMillis() + " ms; " + list());
            }
        }
        return end;
    }

    synchronized boolean isOpen() {
        return end == null;
    }

    synchronized void assertNone(String what, Predicate<Received> unwanted) {
        requireNoFailure();
        List<Received> found = untaken.stream().filter(unwanted).toList();
        if (!found.isEmpty()) {
            throw new AssertionError("Expected no more " + what + ", but received " + list(found));
        }
    }

    /** What is said when something didn't come. */
    synchronized AssertionError missing(String wanted, Duration patience) {
        String when = end == null
                ? "came within " + patience.toMillis() + " ms"
                : "came before the connection ended with " + end.code() + " '" + end.reason() + "'";
        return new AssertionError("No " + wanted + " " + when + "; " + list());
    }

    synchronized void requireNoFailure() {
        if (failure != null) {
            throw new AssertionError("What the peer was told to do failed: " + Thrown.text(failure), failure);
        }
    }

    private String list() {
        return "received instead: " + list(untaken);
    }

    private static String list(List<Received> received) {
        String shown = received.stream().limit(SHOWN).map(Received::shown).collect(Collectors.joining(", "));
        int more = received.size() - SHOWN;
        return received.isEmpty() ? "nothing" : more > 0 ? shown + " and " + more + " more" : shown;
    }

    @SuppressWarnings("WaitNotInLoop") // its callers loop
    private boolean waitUntil(long deadline) {
        long left = (deadline - System.nanoTime() + 999_999) / 1_000_000;
        if (left <= 0) {
            return false;
        }
        try {
            wait(left);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting", e);
        }
    }
}
