package io.xywebsocket;

import java.time.Duration;

/**
 * How long things may take. Immutable; {@link #DEFAULT} with changes.
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
        positive("call-timeout", call);
        positive("heartbeat-interval", heartbeatInterval);
        positive("send-timeout", send);
        positive("event-order-timeout", eventOrder);
    }

    static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be more than 0, not " + value);
        }
    }
}
