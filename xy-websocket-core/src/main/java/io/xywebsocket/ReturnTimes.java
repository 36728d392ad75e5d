package io.xywebsocket;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When the peers of an endpoint that goes may come back: each at a moment of its own in a window, so that whoever takes their place isn't
 * run over by all of them at once. Immutable.
 */
record ReturnTimes(Duration window) {

    /** Clients stay away no longer, so with a longer window many would come back together at the end of this. */
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

    /** The reason of one peer's close frame, as docs/protocol.md has it. */
    String reason() {
        String reason = "shutting down";
        return window.isZero()
                ? reason
                : reason + ", retry in " + ThreadLocalRandom.current().nextLong(window.toMillis() + 1) + " ms";
    }
}
