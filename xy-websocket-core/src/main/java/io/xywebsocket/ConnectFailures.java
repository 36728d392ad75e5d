package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import io.xywebsocket.transport.Thrown;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes of listeners of "connected" that fail: how the peer is closed, and what the log is told. Peers may connect as often as they
 * like, so of those that are turned away there is one line a minute. Thread-safe.
 */
final class ConnectFailures {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    /** How a peer is closed that isn't let in. */
    record Close(int code, String reason) {}

    private static final Close INTERNAL = new Close(1011, "Internal error");

    private final XyEndpoint endpoint;
    private final LogThrottle refusals;

    // guarded by this
    private int leftOut;

    ConnectFailures(XyEndpoint endpoint) {
        this.endpoint = endpoint;
        this.refusals = new LogThrottle(endpoint.clock);
    }

    /**
     * How a peer is closed whatever a listener has thrown: an exception whose own methods fail lets nobody in either.
     *
     * @param news whether it is what the peer is closed for; if not, it may have come of the connection's end
     */
    Close of(Connection connection, Throwable thrown, boolean news) {
        try {
            return decided(connection, thrown, news);
        } catch (Throwable t) {
            LogText.quietly(() -> log.error(
                    "Peer {} is closed with 1011: the exception of a listener of connections can't be read: {}",
                    connection.id,
                    t.getClass().getName()));
            return INTERNAL;
        }
    }

    private Close decided(Connection connection, Throwable thrown, boolean news) {
        Throwable error = Thrown.unwrap(thrown);
        XyException known = endpoint.errors.map(error);
        Close close = known == null ? INTERNAL : new Close(code(known.status()), known.getMessage());
        XyException refusal = known == null || known.faultToLog() != null ? null : known;
        LogText.quietly(() -> tell(connection, close, error, refusal, news));
        return close;
    }

    /** @param refusal what has been thrown, if it is no fault of ours */
    private void tell(
            Connection connection, Close close, Throwable error, @Nullable XyException refusal, boolean news) {
        if (refusal == null) {
            log.error(
                    "A listener of connections failed; peer {} is closed with {}",
                    connection.id,
                    close.code(),
                    LogText.of(error));
        } else if (news && connection.isOpen()) {
            warn(connection, close.code(), refusal.status() + " " + LogText.of(refusal.getMessage()));
        } else {
            log.debug("Peer {} was refused: {}", connection.id, LogText.of(refusal.getMessage()));
        }
    }

    /** The listeners have not returned in time. */
    void ofTime(Connection connection) {
        if (connection.isOpen()) {
            long millis = endpoint.timeouts.call().toMillis();
            LogText.quietly(() -> warn(
                    connection,
                    1013,
                    "listeners of \"connected\" have not returned within call-timeout, " + millis + " ms"));
        }
    }

    private void warn(Connection connection, int code, String why) {
        String more;
        synchronized (this) {
            if (!refusals.lets()) {
                leftOut++;
                more = null;
            } else {
                more = leftOut == 0 ? "" : " (and " + leftOut + " more peers)";
                leftOut = 0;
            }
        }
        if (more != null) {
            log.warn("Peer {} was refused and closed with {}: {}{}", connection.id, code, why, more);
        } else {
            log.debug("Peer {} was refused and closed with {}: {}", connection.id, code, why);
        }
    }

    private static int code(int status) {
        return switch (status) {
            case 401 -> XyPeer.LOGIN_ENDED;
            case 403 -> 4403;
            default -> 1011;
        };
    }
}
