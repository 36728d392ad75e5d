package io.xywebsocket.engine;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyNotConnectedException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call in a {@link Model}, and how it may end. */
final class ModelCall {

    /** What the function does that is called. */
    enum Kind {
        ECHO,
        SLOW,
        LATER,
        NEVER,
        FAILS,
        BACK,
        TOGGLED,
        ABSENT;

        String function() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    final int number;
    final Kind kind;
    final ModelEnd from;
    final Duration timeout;
    final CompletableFuture<Integer> future;

    /** What the function itself has called before it answered. */
    @Nullable
    ModelCall nested;

    boolean cancelled;

    /** Whether a handler has made it: then it ends with the call that it is made for, whose time it inherits. */
    private final boolean inherits;

    private final Model model;
    private final long startedAt;
    private int runs;
    private int ends;

    ModelCall(Model model, int number, Kind kind, ModelEnd from, Duration timeout, boolean inherits) {
        this.model = model;
        this.number = number;
        this.kind = kind;
        this.from = from;
        this.timeout = timeout;
        this.inherits = inherits;
        this.startedAt = model.clock.nanoTime();
        int[] payload = {number, from.sent};
        this.future = from.peer.withTimeout(timeout).call(kind.function(), payload, Integer.class);
    }

    /** Watches for the end; by itself, as that may have come already and needs the call to be known. */
    void watch() {
        future.whenComplete(this::ended);
    }

    boolean isOver() {
        return ends > 0;
    }

    void cancel() {
        cancelled = true;
        future.cancel(false);
    }

    /** Its function starts. */
    void starts(ModelEnd at, int eventsBefore) {
        model.check(++runs == 1, "the function of " + this + " runs again");
        model.check(at == from.other, this + " has come to somebody else");
        model.check(!at.disconnected, this + " starts after the farewell");
        boolean afterThem = at.heard >= eventsBefore || from.side.losesEvents;
        model.check(afterThem, this + " starts before event " + at.heard + " that was sent before it");
    }

    private void ended(@Nullable Integer value, @Nullable Throwable error) {
        model.check(++ends == 1, this + " has ended twice");
        if (error == null) {
            model.tally("value");
            int expected = nested == null ? number : nested.number;
            model.check(value != null && value == expected && runs == 1, this + " is answered " + value);
            model.check(kind != Kind.NEVER && kind != Kind.FAILS && kind != Kind.ABSENT, this + " has a value");
        } else if (error instanceof CancellationException) {
            model.tally("cancelled");
            model.check(cancelled || inherits, this + " was not cancelled by its caller");
        } else if (error instanceof XyNotConnectedException) {
            model.tally("not connected");
            // a write that fails says so before the end of the connection does
            model.check(!from.peer.isOpen() || from.mayEnd || from.other.mayEnd, this + " is connected");
        } else if (error instanceof XyCallTimeoutException) {
            model.tally("timed out");
            long took = model.clock.nanoTime() - startedAt;
            model.check(took >= timeout.toNanos() || inherits, this + " times out after " + took + " ns");
        } else {
            int status = error instanceof XyException known ? known.status() : 0;
            model.tally("status " + status);
            model.check(mayBeRejected(status), this + " ends with " + error);
        }
    }

    private boolean mayBeRejected(int status) {
        ModelSide callee = from.other.side;
        return switch (status) {
                    case 404 -> kind == Kind.ABSENT || kind == Kind.TOGGLED;
                    case 418 -> kind == Kind.FAILS || kind == Kind.LATER;
                    case 429 -> callee.narrow;
                    case 503 ->
                        callee.hasRefused || callee.hasShutDown || nestedFailed(Set.of("XyNotConnectedException"));
                    case 504 -> nestedFailed(Set.of("XyCallTimeoutException"));
                    case 500 -> nestedFailed(Set.of("CancellationException"));
                    default -> false;
                }
                || nestedFailed(Set.of("XyException"));
    }

    /** What a function has been rejected with and lets escape passes on to its caller. */
    private boolean nestedFailed(Set<String> classes) {
        if (nested == null || !nested.future.isCompletedExceptionally()) {
            return false;
        }
        Throwable error = nested.future.handle((value, thrown) -> thrown).join();
        return classes.contains(error.getClass().getSimpleName());
    }

    @Override
    public String toString() {
        return "call " + number + " of " + kind.function() + " from " + from;
    }
}
