package io.xywebsocket.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next try: anything up to a ceiling that doubles ("full jitter"), so that the clients of a
 * server that restarts come back spread out. Not thread-safe.
 */
final class Backoff {

    private final long min;
    private final long max;
    private long ceiling;

    Backoff(Duration min, Duration max) {
        this.min = min.toNanos();
        this.max = max.toNanos();
        this.ceiling = this.min;
    }

    Duration next() {
        long delay = ThreadLocalRandom.current().nextLong(ceiling);
        ceiling = ceiling > max / 2 ? max : 2 * ceiling;
        return Duration.ofNanos(delay);
    }

    void reset() {
        ceiling = min;
    }
}
