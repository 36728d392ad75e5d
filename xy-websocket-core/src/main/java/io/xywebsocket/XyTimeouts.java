package io.xywebsocket;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Timeouts, each at most a hundred years: a longer one counts as that. Derive others from the defaults:
 *
 * <pre>{@code
 * XyTimeouts timeouts = XyTimeouts.DEFAULT.withCall(Duration.ofSeconds(2)).withSend(Duration.ofSeconds(20));
 * }</pre>
 *
 * Immutable.
 *
 * @since 0.1
 */
public final class XyTimeouts {

    /** The defaults. */
    public static final XyTimeouts DEFAULT = new XyTimeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30));

    private final Duration call;
    private final Duration heartbeatInterval;
    private final Duration send;
    private final Duration eventOrder;
    private final Duration message;

    private XyTimeouts(
            Duration call, Duration heartbeatInterval, Duration send, Duration eventOrder, Duration message) {
        this.call = positive("call-timeout", call);
        this.heartbeatInterval = positive("heartbeat-interval", heartbeatInterval);
        this.send = positive("send-timeout", send);
        this.eventOrder = positive("event-order-timeout", eventOrder);
        this.message = positive("message-timeout", message);
    }

    /** Returns how long a call to a peer waits for its answer; default 5 s. */
    public Duration call() {
        return call;
    }

    /** Returns the interval of pings; a peer that has sent nothing since the last ping is dropped; default 30 s. */
    public Duration heartbeatInterval() {
        return heartbeatInterval;
    }

    /** Returns how long a peer may accept no bytes while messages wait before it is dropped; default 10 s. */
    public Duration send() {
        return send;
    }

    /** Returns how long a running listener holds up the calls that came after its event; default 1 s. */
    public Duration eventOrder() {
        return eventOrder;
    }

    /**
     * Returns how long a peer may take to end a message while we read it, before it is closed with 1008. The check may
     * be late by a quarter of the shortest timeout, a second at most. Default 30 s.
     */
    public Duration message() {
        return message;
    }

    /**
     * Returns these timeouts with another one for {@linkplain #call calls}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyTimeouts withCall(Duration timeout) {
        return new XyTimeouts(timeout, heartbeatInterval, send, eventOrder, message);
    }

    /**
     * Returns these timeouts with another {@link #heartbeatInterval}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyTimeouts withHeartbeatInterval(Duration interval) {
        return new XyTimeouts(call, interval, send, eventOrder, message);
    }

    /**
     * Returns these timeouts with another one for {@linkplain #send sending}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyTimeouts withSend(Duration timeout) {
        return new XyTimeouts(call, heartbeatInterval, timeout, eventOrder, message);
    }

    /**
     * Returns these timeouts with another one for the {@linkplain #eventOrder order of events and calls}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyTimeouts withEventOrder(Duration timeout) {
        return new XyTimeouts(call, heartbeatInterval, send, timeout, message);
    }

    /**
     * Returns these timeouts with another one for {@linkplain #message unfinished messages}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyTimeouts withMessage(Duration timeout) {
        return new XyTimeouts(call, heartbeatInterval, send, eventOrder, timeout);
    }

    /** The same, bounded, if it is positive. */
    static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be more than 0, not " + value);
        }
        return XyClock.bounded(value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof XyTimeouts timeouts
                && call.equals(timeouts.call)
                && heartbeatInterval.equals(timeouts.heartbeatInterval)
                && send.equals(timeouts.send)
                && eventOrder.equals(timeouts.eventOrder)
                && message.equals(timeouts.message);
    }

    @Override
    public int hashCode() {
        return Objects.hash(call, heartbeatInterval, send, eventOrder, message);
    }

    @Override
    public String toString() {
        return "XyTimeouts[call=" + call + ", heartbeatInterval=" + heartbeatInterval + ", send=" + send
                + ", eventOrder=" + eventOrder + ", message=" + message + "]";
    }
}
