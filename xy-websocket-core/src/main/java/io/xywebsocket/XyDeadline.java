package io.xywebsocket;

import java.time.Duration;
import java.util.Optional;

/**
 * The time for which the caller of the running handler still waits. Calls on the handler's thread respect it by
 * themselves; this is for other operations with a timeout. Thread-safe.
 *
 * @since 0.1
 */
public final class XyDeadline {

    private XyDeadline() {}

    /**
     * Returns the time left to the handler on this thread; zero after the deadline.
     *
     * @return empty outside of handlers, in listeners, and if the caller has set no timeout
     */
    public static Optional<Duration> left() {
        return Optional.ofNullable(XyInternals.timeLeft());
    }
}
