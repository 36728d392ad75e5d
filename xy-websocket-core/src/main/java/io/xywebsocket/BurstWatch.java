package io.xywebsocket;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Looks about every millisecond, as long as there is anything to look at, which bursts are stuck inside a handler or a stage. */
final class BurstWatch {

    private static final Duration TICK = Duration.ofMillis(1);

    private final Queue<Watched> watched = new ConcurrentLinkedQueue<>();
    private final Ticks ticks;

    BurstWatch(XyClock clock) {
        ticks = new Ticks(clock, TICK, this::look, () -> !watched.isEmpty());
    }

    /** To be called with the lock of the burst's queue. */
    void arm(Watched burst) {
        if (burst.watched) {
            return;
        }
        watched.add(burst);
        burst.watched = true;
        burst.stepsAtLastCheck = burst.steps - 1;
        ticks.start();
    }

    private void look() {
        for (int left = watched.size(); left > 0; left--) {
            Watched burst = watched.poll();
            if (burst != null && burst.check()) {
                watched.add(burst);
            }
        }
    }
}
