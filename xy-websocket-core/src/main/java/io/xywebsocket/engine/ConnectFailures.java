package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyPeer;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import io.xywebsocket.untrusted.Thrown;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how a peer is closed when a listener of "connected" fails. Logs refusals once a minute, as peers may
 * reconnect often. Thread-safe.
 */
final class ConnectFailures {

    private static final Logger log = LoggerFactory.getLogger(ConnectFailures.class);

    /** The close frame for a refused peer. */
    record Close(int code, String reason) {}

    private static final Close INTERNAL = new Close(1011, "Internal error");

    private final ErrorAnswers errors;
    private final Duration callTimeout;
    private final LogThrottle refusals;

    ConnectFailures(ErrorAnswers errors, Duration callTimeout, XyClock clock) {
        this.errors = errors;
        this.callTimeout = callTimeout;
        this.refusals = new LogThrottle(clock);
    }

    /**
     * Returns the close frame for an exception. One whose own methods throw refuses the peer too.
     *
     * @param isReason whether the peer is closed for it; otherwise it may be a consequence of the connection's end
     */
    Close of(XyPeer peer, Throwable thrown, boolean isReason) {
        try {
            return decided(peer, thrown, isReason);
        } catch (Throwable t) {
            LogText.quietly(() -> log.error(
                    "Peer {} is closed with 1011: the exception of a listener of connections can't be read: {}",
                    peer.id(),
                    t.getClass().getName()));
            return INTERNAL;
        }
    }

    private Close decided(XyPeer peer, Throwable thrown, boolean isReason) {
        Throwable error = Thrown.unwrap(thrown);
        XyException known = errors.map(error);
        Close close = known == null ? INTERNAL : new Close(code(known.status()), known.getMessage());
        XyException refusal = known == null || XyInternals.faultToLog(known) != null ? null : known;
        LogText.quietly(() -> log(peer, close, error, refusal, isReason));
        return close;
    }

    /** @param refusal the exception to tell the peer of; null for an internal error */
    private void log(XyPeer peer, Close close, Throwable error, @Nullable XyException refusal, boolean isReason) {
        if (refusal == null) {
            log.error(
                    "A listener of connections failed; peer {} is closed with {}",
                    peer.id(),
                    close.code(),
                    LogText.of(error));
        } else if (isReason && peer.isOpen()) {
            warn(peer, close.code(), refusal.status() + " " + LogText.of(refusal.getMessage()));
        } else {
            log.debug("Peer {} was refused: {}", peer.id(), LogText.of(refusal.getMessage()));
        }
    }

    /** Logs that listeners have not returned in time. */
    void onTimeout(XyPeer peer) {
        if (peer.isOpen()) {
            long millis = callTimeout.toMillis();
            LogText.quietly(() -> warn(
                    peer, 1013, "listeners of \"connected\" have not returned within call-timeout, " + millis + " ms"));
        }
    }

    private void warn(XyPeer peer, int code, String why) {
        if (refusals.tryAcquire()) {
            String more = refusals.takeSuppressed("more peers");
            log.warn("Peer {} was refused and closed with {}: {}{}", peer.id(), code, why, more);
        } else {
            log.debug("Peer {} was refused and closed with {}: {}", peer.id(), code, why);
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
