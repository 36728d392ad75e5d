package io.xywebsocket;

import java.time.Duration;

/** Lets one line a minute through, of those that a peer, or a fault that lasts, would fill the log with. Thread-safe. */
final class LogThrottle {

    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private final XyClock clock;

    // guarded by this
    private boolean used;
    private long usedAt;

    LogThrottle(XyClock clock) {
        this.clock = clock;
    }

    /** Whether to write a line now; asked once for each. */
    synchronized boolean lets() {
        long now = clock.nanoTime();
        if (used && now - usedAt < QUIET) {
            return false;
        }
        used = true;
        usedAt = now;
        return true;
    }
}
