package io.xywebsocket.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next try: anything up to a ceiling that doubles ("full jitter"), so that the clients of a
 * server that restarts come back spread out. Not thread-safe.
 */
final class Backoff {

    /** A connection that lasted so long was a good one: the pauses begin anew. */
    private static final long LASTING = Duration.ofSeconds(5).toNanos();

    private final long min;
    private final long max;
    private long ceiling;
    private long atLeast;

    Backoff(Duration min, Duration max) {
        this.min = min.toNanos();
        this.max = max.toNanos();
        this.ceiling = this.min;
    }

    Duration next() {
        long delay = Math.max(atLeast, ThreadLocalRandom.current().nextLong(ceiling));
        atLeast = 0;
        ceiling = ceiling > max / 2 ? max : 2 * ceiling;
        return Duration.ofNanos(delay);
    }

    /** The next pause, and no other, is not to be shorter. */
    void atLeast(Duration pause) {
        atLeast = pause.toNanos();
    }

    /** Whether a connection that lasted for so many nanoseconds was a good one; if so the pauses begin anew. */
    boolean lasted(long nanos) {
        if (nanos < LASTING) {
            return false;
        }
        reset();
        return true;
    }

    void reset() {
        ceiling = min;
    }
}
