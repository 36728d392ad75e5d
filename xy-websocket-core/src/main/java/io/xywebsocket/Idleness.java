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

    private Idleness(Duration timeout, long now) {
        this.timeout = timeout.toNanos();
        this.activeAt = now;
    }

    /** Null if connections may be idle for as long as they like. */
    static @Nullable Idleness of(XyEndpoint endpoint) {
        Duration timeout = endpoint.idleTimeout;
        return timeout == null ? null : new Idleness(timeout, endpoint.clock.nanoTime());
    }

    /** Something is said. Between two checks only the first time is written, so that it costs a frame next to nothing. */
    void end() {
        if (!active) {
            active = true;
        }
    }

    /**
     * Asked at intervals.
     *
     * @param busy whether something is still to be said: a call runs, or waits for its answer; only asked if that matters
     */
    boolean hasLasted(long now, BooleanSupplier busy) {
        if (active || busy.getAsBoolean()) {
            active = false;
            activeAt = now;
        }
        return now - activeAt >= timeout;
    }
}
