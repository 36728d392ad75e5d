package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A handshake's part of the {@link Permits}, held until its connection ends, if it ever becomes one. Thread-safe. */
final class Permit {

    /** Request attribute: the permit of a handshake that has not been upgraded yet. */
    static final String ATTRIBUTE = Permit.class.getName();

    /** The time that a container may take from the upgrade to the opening; a connection whose client has gone is never opened. */
    private static final Duration TO_OPEN = Duration.ofSeconds(30);

    private static final Set<Integer> VIOLATIONS = Set.of(1002, 1003, 1007, 1008, 1009);

    private final Runnable left;
    private final Runnable fined;
    private final AtomicBoolean given = new AtomicBoolean();
    private final AtomicBoolean paid = new AtomicBoolean();
    private volatile boolean opened;
    private volatile XyClock.@Nullable Timer timer;

    /**
     * @param left called once, when the permit is free
     * @param fined called once, if the connection is closed because its peer breaks the protocol or a limit
     */
    Permit(Runnable left, Runnable fined) {
        this.left = left;
        this.fined = fined;
    }

    /** The container has taken over the request. */
    void upgraded(XyClock clock) {
        timer = clock.schedule(this::leaveUnlessOpened, TO_OPEN);
        if (opened || given.get()) {
            stopTimer();
        }
    }

    void opened() {
        opened = true;
        stopTimer();
    }

    /** We close, before the client hears of it, who may come back at once. A violator's permit is his for as long as his socket lives. */
    void closing(int code) {
        if (VIOLATIONS.contains(code)) {
            fine();
        } else {
            leave();
        }
    }

    /** Gives the permit back: the connection is over. A second time does nothing. */
    void leave() {
        if (given.compareAndSet(false, true)) {
            stopTimer();
            left.run();
        }
    }

    private void fine() {
        if (paid.compareAndSet(false, true)) {
            fined.run();
        }
    }

    private void leaveUnlessOpened() {
        if (!opened) {
            leave();
        }
    }

    private void stopTimer() {
        XyClock.Timer running = timer;
        if (running != null) {
            running.cancel();
        }
    }
}
