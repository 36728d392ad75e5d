package io.xywebsocket;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** For how long nothing has been said on one connection. Pings say nothing. */
final class Idleness {

    private final long timeout;
    private volatile boolean active;

    // of the one thread that checks
    private long activeAt;

    /** @param timeout null for as long as it likes */
    Idleness(@Nullable Duration timeout, long now) {
        this.timeout = timeout == null ? 0 : timeout.toNanos();
        this.activeAt = now;
    }

    /** Something is said. Between two checks only the first time is written, so that it costs a frame next to nothing. */
    void end() {
        if (timeout > 0 && !active) {
            active = true;
        }
    }

    /**
     * Asked at intervals.
     *
     * @param busy whether something is still to be said: a call runs, or waits for its answer; only asked if that matters
     */
    boolean hasLasted(long now, BooleanSupplier busy) {
        if (timeout == 0) {
            return false;
        }
        if (active || busy.getAsBoolean()) {
            active = false;
            activeAt = now;
        }
        return now - activeAt >= timeout;
    }
}
