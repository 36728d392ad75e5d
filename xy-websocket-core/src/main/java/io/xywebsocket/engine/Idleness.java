package io.xywebsocket.engine;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Measures how long a connection has had no application traffic; pings don't count. */
final class Idleness {

    private final long timeout;
    private volatile boolean active;

    // confined to the checking thread
    private long activeAt;

    private Idleness(Duration timeout, long now) {
        this.timeout = timeout.toNanos();
        this.activeAt = now;
    }

    /** Returns null if there is no idle timeout. */
    static @Nullable Idleness of(EngineContext context) {
        Duration timeout = context.idleTimeout();
        return timeout == null ? null : new Idleness(timeout, context.clock().nanoTime());
    }

    /** Notes traffic. Written once between two checks, to cost frames next to nothing. */
    void onTraffic() {
        if (!active) {
            active = true;
        }
    }

    /**
     * Returns whether the idle timeout is over. Called at intervals.
     *
     * @param busy whether a call runs or is pending; only asked if that matters
     */
    boolean isOver(long now, BooleanSupplier busy) {
        if (active || busy.getAsBoolean()) {
            active = false;
            activeAt = now;
        }
        return now - activeAt >= timeout;
    }
}
