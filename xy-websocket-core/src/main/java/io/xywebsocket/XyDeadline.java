package io.xywebsocket;

import java.time.Duration;
import java.util.Optional;

/**
 * How long the caller of the running handler still waits. Calls that the handler's thread makes keep to it by themselves; this is for
 * whatever else takes a timeout. Thread-safe.
 */
public final class XyDeadline {

    private XyDeadline() {}

    /**
     * The time that is left to the handler on this thread; zero if it is over.
     *
     * @return empty outside of handlers, in listeners, and where the caller has not said how long it waits
     */
    public static Optional<Duration> left() {
        return Optional.ofNullable(Burst.timeLeft());
    }
}
