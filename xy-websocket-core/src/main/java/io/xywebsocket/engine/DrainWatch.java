package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.PeriodicCheck;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Checks about every millisecond whether runs are stuck inside a handler or a stage, as long as any run is watched.
 */
final class DrainWatch {

    private static final Duration TICK = Duration.ofMillis(1);

    private final Queue<WatchedRun> watched = new ConcurrentLinkedQueue<>();
    private final PeriodicCheck checks;

    DrainWatch(XyClock clock) {
        checks = new PeriodicCheck(clock, TICK, this::checkAll, () -> !watched.isEmpty());
    }

    /** Watches a run. The caller holds the lock of its queue. */
    void arm(WatchedRun run) {
        if (run.watched) {
            return;
        }
        watched.add(run);
        run.watched = true;
        run.stepsAtLastCheck = run.steps - 1;
        checks.start();
    }

    private void checkAll() {
        for (int left = watched.size(); left > 0; left--) {
            WatchedRun run = watched.poll();
            if (run != null && run.check()) {
                watched.add(run);
            }
        }
    }
}
