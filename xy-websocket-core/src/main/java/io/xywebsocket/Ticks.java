package io.xywebsocket;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Looks at something at intervals for as long as there is anything to look at, with one timer, however many ask for it. Thread-safe. */
final class Ticks {

    private final XyClock clock;
    private final Duration interval;
    private final Runnable look;
    private final BooleanSupplier goOn;
    private final AtomicBoolean ticking = new AtomicBoolean();

    /**
     * @param look on the clock's thread
     * @param goOn asked after each look
     */
    Ticks(XyClock clock, Duration interval, Runnable look, BooleanSupplier goOn) {
        this.clock = clock;
        this.interval = interval;
        this.look = look;
        this.goOn = goOn;
    }

    /** To be called when there is something to look at. */
    void start() {
        if (!ticking.get() && ticking.compareAndSet(false, true)) {
            try {
                clock.schedule(this::tick, interval);
            } catch (Throwable t) {
                ticking.set(false); // the next who asks may be luckier
                throw t;
            }
        }
    }

    private void tick() {
        try {
            look.run();
        } finally {
            ticking.set(false);
            if (goOn.getAsBoolean()) {
                start();
            }
        }
    }
}
