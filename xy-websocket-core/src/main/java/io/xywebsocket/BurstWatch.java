package io.xywebsocket;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Looks about every millisecond, as long as there is anything to look at, which bursts are stuck inside a handler or a stage. */
final class BurstWatch {

    private static final Duration TICK = Duration.ofMillis(1);

    private final XyClock clock;
    private final Queue<Watched> watched = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ticking = new AtomicBoolean();

    BurstWatch(XyClock clock) {
        this.clock = clock;
    }

    /** To be called with the lock of the burst's queue. */
    void arm(Watched burst) {
        if (burst.watched) {
            return;
        }
        burst.watched = true;
        burst.stepsAtLastCheck = burst.steps - 1;
        watched.add(burst);
        startTicking();
    }

    private void startTicking() {
        if (!ticking.get() && ticking.compareAndSet(false, true)) {
            clock.schedule(this::tick, TICK);
        }
    }

    private void tick() {
        try {
            for (int left = watched.size(); left > 0; left--) {
                Watched burst = watched.poll();
                if (burst != null && burst.check()) {
                    watched.add(burst);
                }
            }
        } finally {
            ticking.set(false);
            if (!watched.isEmpty()) {
                startTicking();
            }
        }
    }
}
