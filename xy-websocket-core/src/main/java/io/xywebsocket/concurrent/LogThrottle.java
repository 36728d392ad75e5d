package io.xywebsocket.concurrent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import java.time.Duration;

/**
 * Allows one log line a minute, or a few, where a peer or a lasting fault would fill the log. Thread-safe.
 *
 * @since 0.1
 */
public final class LogThrottle {

    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private final XyClock clock;
    private final int lines;

    /** The lines of this minute. */
    @GuardedBy("this")
    private int used;

    /** When the minute began. */
    @GuardedBy("this")
    private long usedAt;

    @GuardedBy("this")
    private int suppressed;

    public LogThrottle(XyClock clock) {
        this(clock, 1);
    }

    /** @param lines how many are allowed in a minute */
    public LogThrottle(XyClock clock, int lines) {
        this.clock = clock;
        this.lines = lines;
    }

    /** Returns whether to write a line now. Called once for each line. */
    public synchronized boolean tryAcquire() {
        long now = clock.nanoTime();
        if (used == 0 || now - usedAt >= QUIET) {
            used = 0;
            usedAt = now;
        } else if (used >= lines) {
            suppressed++;
            return false;
        }
        used++;
        return true;
    }

    /** Notes a line that is written in any case: the next one is a minute away. */
    public synchronized void use() {
        used = lines;
        usedAt = clock.nanoTime();
    }

    /** Returns the end of a line that is written: how many lines were not since the last one; empty if all were. */
    public synchronized String takeSuppressed(String what) {
        int count = suppressed;
        suppressed = 0;
        return count == 0 ? "" : " (and " + count + " " + what + ")";
    }
}
