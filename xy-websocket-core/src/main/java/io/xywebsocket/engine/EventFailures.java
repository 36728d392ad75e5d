package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import io.xywebsocket.untrusted.Thrown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failures of events from and to one peer; refused ones once a minute, as a peer may send any number. Thread-safe.
 */
final class EventFailures {

    private static final Logger log = LoggerFactory.getLogger(EventFailures.class);

    private final EngineContext context;
    private final LogThrottle refusals;

    @GuardedBy("this")
    private boolean lossLogged;

    EventFailures(EngineContext context) {
        this.context = context;
        this.refusals = new LogThrottle(context.clock());
    }

    void onListenerFailure(String event, Throwable thrown) {
        LogText.quietly(() -> log("A listener", event, thrown, false));
    }

    /** Logs a failed interceptor; refusing events is its job, so those go to debug. */
    void onInterceptorFailure(String event, Throwable thrown) {
        LogText.quietly(() -> log("An interceptor", event, thrown, true));
    }

    /** Logs mapped errors without a trace, as causes may quote the payload; internal errors with one. */
    private void log(String whose, String event, Throwable thrown, boolean mayRefuse) {
        Throwable error = Thrown.unwrap(thrown);
        XyException known = context.codec().errors.map(error);
        String name = LogText.of(event);
        if (known == null || XyInternals.faultToLog(known) != null) {
            log.error("{} of '{}' failed", whose, name, LogText.of(error));
            return;
        }
        boolean refusal = known.status() < 500;
        boolean suppressed = refusal && (mayRefuse || !refusals.tryAcquire());
        if (suppressed && !log.isDebugEnabled()) {
            return;
        }
        String message = LogText.of(known.getMessage());
        if (suppressed) {
            log.debug("{} of '{}' failed: {} {}", whose, name, known.status(), message);
        } else {
            String more = refusal ? refusals.takeSuppressed("more of this peer") : "";
            log.warn("{} of '{}' failed: {} {}{}", whose, name, known.status(), message, more);
        }
    }

    /** Logs once that a slow peer loses events. */
    void onDiscardedEvents(String id) {
        synchronized (this) {
            if (lossLogged) {
                return;
            }
            lossLogged = true;
        }
        LogText.quietly(() -> log.warn(
                "Peer {} is too slow and loses events: send buffer full (slow-peers: {})", id, context.slowPeers()));
    }
}
