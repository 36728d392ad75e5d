package io.xywebsocket.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Computes the pause before the next try: anything up to a ceiling that doubles ("full jitter"), so that the clients of a server
 * that restarts come back spread out. Not thread-safe.
 */
final class Backoff {

    /** A connection that lasted so long was a good one. */
    private static final long LASTING = Duration.ofSeconds(1).toNanos();

    private final long min;
    private final long max;
    private long ceiling;
    private long atLeast;
    private long longerBy;

    Backoff(Duration min, Duration max) {
        this.min = min.toNanos();
        this.max = max.toNanos();
        this.ceiling = this.min;
    }

    Duration next() {
        long delay = longerBy + Math.max(atLeast, ThreadLocalRandom.current().nextLong(ceiling));
        atLeast = 0;
        longerBy = 0;
        ceiling = ceiling > max / 2 ? max : 2 * ceiling;
        return Duration.ofNanos(delay);
    }

    /** The next pause, and no other, is not to be shorter. */
    void atLeast(Duration pause) {
        atLeast = pause.toNanos();
    }

    /** The next pause, and no other, is to be so much longer than it would be. */
    void longerBy(Duration pause) {
        longerBy = pause.toNanos();
    }

    /**
     * A connection is over. The pauses begin anew if it was a good one.
     *
     * @param nanos    how long it lasted
     * @param received whether a message came on it that makes it a good one
     */
    void ended(long nanos, boolean received) {
        if (received || nanos >= LASTING) {
            reset();
        }
    }

    void reset() {
        ceiling = min;
    }
}
