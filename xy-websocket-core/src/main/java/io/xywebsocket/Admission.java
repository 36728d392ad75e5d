package io.xywebsocket;

import io.xywebsocket.protocol.Frame;
import io.xywebsocket.transport.LogText;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one peer may send, and what becomes of what it may not. A limit that fails refuses nothing: neither the reading nor the end of a
 * connection may break on it. Of the reading thread, but for {@link #close}.
 */
final class Admission {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    private final Connection connection;
    private final XyRateLimit.@Nullable OfPeer limit;
    private final AtomicBoolean failed = new AtomicBoolean();
    private boolean warned;
    private boolean warnedOfName;

    Admission(Connection connection, XyEndpoint endpoint) {
        this.connection = connection;
        this.limit = endpoint.rateLimit == null ? null : endpoint.rateLimit.open(connection.peer, endpoint.clock);
    }

    /** Whether the frame goes on; if not, all that is to be done about it is done. Answers do: we have asked for them. */
    boolean admits(Frame frame) {
        if (frame instanceof Frame.Event event && Names.isTooLong(event.name())) {
            dropped(event);
            return false;
        }
        if (limit == null) {
            return true;
        }
        if (frame instanceof Frame.Call call) {
            return admits(limit, XyRateLimit.Traffic.CALL, call.name(), call);
        }
        if (frame instanceof Frame.Event event) {
            return admits(limit, XyRateLimit.Traffic.EVENT, event.name(), null);
        }
        if (frame instanceof Frame.Unknown) {
            countOther();
        }
        return true;
    }

    private void dropped(Frame.Event event) {
        if (limit == null || admits(limit, XyRateLimit.Traffic.EVENT, Names.beginning(event.name()), null)) {
            connection.endpoint.counters.refusedEvents.increment();
            if (!warnedOfName) {
                warnedOfName = true;
                LogText.quietly(() -> log.warn(
                        "Peer {} sends events with names longer than {} characters: they are dropped",
                        connection.id,
                        Names.MAX_NAME));
            }
        }
    }

    /** Nothing is done about it anyway. */
    void countOther() {
        if (limit != null) {
            admits(limit, XyRateLimit.Traffic.OTHER, "", null);
        }
    }

    /** The connection is being closed anyway. */
    void countMalformed() {
        if (limit != null) {
            var unused = verdict(limit, XyRateLimit.Traffic.MALFORMED, "");
        }
    }

    void close() {
        if (limit != null) {
            try {
                limit.close();
            } catch (Throwable t) {
                logFailure(t);
            }
        }
    }

    private XyRateLimit.Verdict verdict(XyRateLimit.OfPeer asked, XyRateLimit.Traffic traffic, String name) {
        try {
            return asked.admit(traffic, name);
        } catch (Throwable t) {
            logFailure(t);
            return XyRateLimit.Verdict.ADMITTED;
        }
    }

    private void logFailure(Throwable thrown) {
        if (failed.compareAndSet(false, true)) {
            LogText.quietly(() -> log.error(
                    "The rate limit of peer {} failed: it refuses nothing", connection.id, LogText.of(thrown)));
        }
    }

    private boolean admits(
            XyRateLimit.OfPeer asked, XyRateLimit.Traffic traffic, String name, Frame.@Nullable Call call) {
        XyRateLimit.Verdict verdict = verdict(asked, traffic, name);
        if (verdict instanceof XyRateLimit.Refused refused) {
            warnOnce();
            Counters counters = connection.endpoint.counters;
            if (call != null) {
                counters.refusedCalls.increment();
                connection.reject(call.name(), call.id(), rejection(refused.retryAfter()));
            } else if (traffic == XyRateLimit.Traffic.EVENT) {
                counters.refusedEvents.increment();
            }
            return false;
        }
        if (verdict instanceof XyRateLimit.Excessive) {
            LogText.quietly(() -> log.warn("Peer {} is closed: it went on far beyond its rate limit", connection.id));
            connection.close(1008, "rate limit");
            return false;
        }
        return true;
    }

    /** Written by hand: the application's mapper has no business on the reading thread. */
    private static XyException rejection(Duration retryAfter) {
        long millis = Math.max(1, XyClock.bounded(retryAfter).plusNanos(999_999).toMillis());
        String message = "Too many calls";
        String json = "{\"ok\":false,\"status\":429,\"message\":\"" + message + "\",\"retryAfter\":" + millis + "}";
        return XyException.received(429, message, Map.of("retryAfter", millis), json);
    }

    private void warnOnce() {
        if (!warned) {
            warned = true;
            LogText.quietly(
                    () -> log.warn("Peer {} is over its rate limit: calls get 429, events are dropped", connection.id));
        }
    }
}
