package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import java.time.Duration;

/** Allows one log line a minute, where a peer or a lasting fault would fill the log. Thread-safe. */
final class LogThrottle {

    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private final XyClock clock;

    @GuardedBy("this")
    private boolean used;

    @GuardedBy("this")
    private long usedAt;

    LogThrottle(XyClock clock) {
        this.clock = clock;
    }

    /** Returns whether to write a line now. Called once for each line. */
    synchronized boolean tryAcquire() {
        long now = clock.nanoTime();
        if (used && now - usedAt < QUIET) {
            return false;
        }
        used = true;
        usedAt = now;
        return true;
    }
}
