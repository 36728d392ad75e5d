package io.xywebsocket;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something that tells nobody when it has come about, without a thread. Immutable. */
record Patience(XyClock clock) {

    private static final Duration POLL = Duration.ofMillis(5);

    /**
     * Doesn't block.
     *
     * @param then runs when the condition holds or the time is over, on the clock's thread or, if that is now, on this one
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
