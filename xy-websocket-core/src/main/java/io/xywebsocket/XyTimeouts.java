package io.xywebsocket;

import java.time.Duration;

/**
 * How long things may take; more than a hundred years is a hundred years. Immutable; {@link #DEFAULT} with changes.
 *
 * @param call              how long a call to a peer waits for its answer; default 5 s
 * @param heartbeatInterval between pings; a peer of which nothing came since the last one is dropped; default 30 s
 * @param send              how long a write may make no progress before the peer is dropped; default 10 s
 * @param eventOrder        how long a running listener holds up the calls that came after its event; default 1 s
 */
public record XyTimeouts(Duration call, Duration heartbeatInterval, Duration send, Duration eventOrder) {

    /** The defaults. */
    public static final XyTimeouts DEFAULT = new XyTimeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(1));

    /** @throws IllegalArgumentException if a duration is not positive */
    public XyTimeouts {
        call = positive("call-timeout", call);
        heartbeatInterval = positive("heartbeat-interval", heartbeatInterval);
        send = positive("send-timeout", send);
        eventOrder = positive("event-order-timeout", eventOrder);
    }

    /** The same, bounded, if it is positive. */
    static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be more than 0, not " + value);
        }
        return XyClock.bounded(value);
    }
}
