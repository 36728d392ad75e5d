package io.xywebsocket.concurrent;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Runs a check at intervals while a condition holds, with one timer for all who start it. Thread-safe.
 *
 * @since 0.1
 */
public final class PeriodicCheck {

    private final XyClock clock;
    private final Duration interval;
    private final Runnable check;
    private final BooleanSupplier condition;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /**
     * @param check the check, on the clock's thread
     * @param condition asked after each check
     */
    public PeriodicCheck(XyClock clock, Duration interval, Runnable check, BooleanSupplier condition) {
        this.clock = clock;
        this.interval = interval;
        this.check = check;
        this.condition = condition;
    }

    /** Starts the checks, if they are not running. */
    public void start() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            try {
                clock.schedule(this::tick, interval);
            } catch (Throwable t) {
                scheduled.set(false); // a later start may succeed
                throw t;
            }
        }
    }

    private void tick() {
        try {
            check.run();
        } finally {
            scheduled.set(false);
            if (condition.getAsBoolean()) {
                start();
            }
        }
    }
}
