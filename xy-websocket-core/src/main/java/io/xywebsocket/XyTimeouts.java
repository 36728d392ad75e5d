package io.xywebsocket;

import java.time.Duration;

/**
 * Timeouts, each at most a hundred years. Immutable; derive from {@link #DEFAULT}.
 *
 * @param call              how long a call to a peer waits for its answer; default 5 s
 * @param heartbeatInterval the interval of pings; a peer that has sent nothing since the last ping is dropped; default
 *     30 s
 * @param send              how long a peer may accept no bytes while messages wait before it is dropped; default 10 s
 * @param eventOrder        how long a running listener holds up the calls that came after its event; default 1 s
 * @param message           how long a peer may take to end a message while we read it, before it is closed with 1008.
 *     The check may be late by a quarter of the shortest timeout, a second at most. Default 30 s
 */
public record XyTimeouts(
        Duration call, Duration heartbeatInterval, Duration send, Duration eventOrder, Duration message) {

    /** The defaults. */
    public static final XyTimeouts DEFAULT = new XyTimeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(1));

    /** Uses the default for messages. */
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
