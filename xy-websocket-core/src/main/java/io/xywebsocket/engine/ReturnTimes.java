package io.xywebsocket.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Spreads the reconnects of peers over a window, so that they don't overload the next server at once. Immutable. */
record ReturnTimes(Duration window) {

    /** Clients wait no longer than this, so a longer window would end with many reconnects at once. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    static final ReturnTimes UNTOLD = new ReturnTimes(Duration.ZERO);

    /** @throws IllegalArgumentException if the window is negative or longer than a minute */
    ReturnTimes {
        if (window.isNegative()) {
            throw new IllegalArgumentException("shutdown-return-window must not be less than 0, but is " + window);
        }
        if (window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "shutdown-return-window must not be more than 1 minute, but is " + window);
        }
    }

    /** Returns the reason of one peer's close frame, see docs/protocol.md. */
    String reason() {
        String reason = "shutting down";
        return window.isZero()
                ? reason
                : reason + ", retry in " + ThreadLocalRandom.current().nextLong(window.toMillis() + 1) + " ms";
    }
}
