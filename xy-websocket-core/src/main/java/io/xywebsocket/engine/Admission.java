package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyRateLimit;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the rate and length limits to one peer. A limit that throws refuses nothing. Called while reading, except for close.
 */
final class Admission {

    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    private final Connection connection;
    private final XyRateLimit.@Nullable OfPeer limit;
    private final AtomicBoolean failed = new AtomicBoolean();
    private boolean warned;
    private boolean warnedOfName;

    Admission(Connection connection, EngineContext context) {
        this.connection = connection;
        this.limit = context.rateLimit() == null ? null : context.rateLimit().open(connection.peer, context.clock());
    }

    /** Returns whether to handle the frame; if not, it has been refused or discarded. Answers always pass. */
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
            connection.context().counters().refusedEvents.increment();
            if (!warnedOfName) {
                warnedOfName = true;
                LogText.quietly(() -> log.warn(
                        "Peer {} sends events with names longer than {} characters: they are dropped",
                        connection.id,
                        XyLimits.MAX_NAME));
            }
        }
    }

    /** Counts traffic that has no further consequence. */
    void countOther() {
        if (limit != null) {
            admits(limit, XyRateLimit.Traffic.OTHER, "", null);
        }
    }

    /** Counts a malformed frame, over which the connection is closed anyway. */
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
            Counters counters = connection.context().counters();
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

    /** Encodes the rejection without the application's mapper, which must not run on the reading thread. */
    private static XyException rejection(Duration retryAfter) {
        long millis = Math.max(1, XyClock.bounded(retryAfter).plusNanos(999_999).toMillis());
        String message = "Too many calls";
        String json = "{\"ok\":false,\"status\":429,\"message\":\"" + message + "\",\"retryAfter\":" + millis + "}";
        return XyInternals.received(429, message, Map.of("retryAfter", millis), json);
    }

    private void warnOnce() {
        if (!warned) {
            warned = true;
            LogText.quietly(
                    () -> log.warn("Peer {} is over its rate limit: calls get 429, events are dropped", connection.id));
        }
    }
}
