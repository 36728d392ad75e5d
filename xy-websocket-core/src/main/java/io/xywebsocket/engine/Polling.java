package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Polls a condition without blocking a thread. Immutable. */
record Polling(XyClock clock) {

    private static final Duration POLL = Duration.ofMillis(5);

    /**
     * Waits for a condition without blocking.
     *
     * @param then runs when the condition holds or the time is over: on the clock's thread, or on this one if that is
     *     now
     */
    void until(BooleanSupplier condition, Duration atMost, Runnable then) {
        until(condition, clock.nanoTime() + XyClock.bounded(atMost).toNanos(), then);
    }

    private void until(BooleanSupplier condition, long deadline, Runnable then) {
        if (clock.nanoTime() - deadline >= 0 || condition.getAsBoolean()) {
            then.run();
        } else {
            clock.schedule(() -> until(condition, deadline, then), POLL);
        }
    }
}
