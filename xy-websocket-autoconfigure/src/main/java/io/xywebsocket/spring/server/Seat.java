package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** What a handshake holds of the {@link Seats} until its connection ends, if it ever becomes one. Thread-safe. */
final class Seat {

    /** Request attribute: the seat of a handshake that has not been upgraded yet. */
    static final String ATTRIBUTE = Seat.class.getName();

    /** How long after the upgrade the container may take to open the connection; one whose client has gone it may never open. */
    private static final Duration TO_OPEN = Duration.ofSeconds(30);

    private static final Set<Integer> VIOLATIONS = Set.of(1002, 1003, 1007, 1008, 1009);

    private final IntConsumer left;
    private final AtomicBoolean given = new AtomicBoolean();
    private volatile boolean opened;
    private volatile XyClock.@Nullable Timer timer;

    /** @param left called once, with the code that the connection was closed with */
    Seat(IntConsumer left) {
        this.left = left;
    }

    /** Whether a connection was closed because its peer breaks the protocol or a limit. */
    static boolean isViolation(int code) {
        return VIOLATIONS.contains(code);
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

    /** Gives the seat back. A second time does nothing. */
    void leave(int code) {
        if (given.compareAndSet(false, true)) {
            stopTimer();
            left.accept(code);
        }
    }

    private void leaveUnlessOpened() {
        if (!opened) {
            leave(1006);
        }
    }

    private void stopTimer() {
        XyClock.Timer running = timer;
        if (running != null) {
            running.cancel();
        }
    }
}
