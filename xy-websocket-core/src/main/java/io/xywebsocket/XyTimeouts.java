package io.xywebsocket;

import java.time.Duration;

/**
 * How long things may take; more than a hundred years is a hundred years. Immutable; {@link #DEFAULT} with changes.
 *
 * @param call              how long a call to a peer waits for its answer; default 5 s
 * @param heartbeatInterval between pings; a peer of which nothing came since the last one is dropped; default 30 s
 * @param send              how long a peer may take nothing of what waits for it before it is dropped; default 10 s
 * @param eventOrder        how long a running listener holds up the calls that came after its event; default 1 s
 * @param message           within which time a peer must end a message that it has begun, while we read it, or is closed with 1008; it may be late by
 *     the quarter of the shortest timeout, a second at most; default 30 s
 */
public record XyTimeouts(
        Duration call, Duration heartbeatInterval, Duration send, Duration eventOrder, Duration message) {

    /** The defaults. */
    public static final XyTimeouts DEFAULT = new XyTimeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(1));

    /** With the default for messages. */
    public XyTimeouts(Duration call, Duration heartbeatInterval, Duration send, Duration eventOrder) {
        this(call, heartbeatInterval, send, eventOrder, Duration.ofSeconds(30));
    }

    /** @throws IllegalArgumentException if a duration is not positive */
    public XyTimeouts {
        call = positive("call-timeout", call);
        heartbeatInterval = positive("heartbeat-interval", heartbeatInterval);
        send = positive("send-timeout", send);
        eventOrder = positive("event-order-timeout", eventOrder);
        message = positive("message-timeout", message);
    }

    /** The same, bounded, if it is positive. */
    static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be more than 0, not " + value);
        }
        return XyClock.bounded(value);
    }
}
