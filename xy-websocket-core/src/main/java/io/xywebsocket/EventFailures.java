package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import io.xywebsocket.transport.Thrown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong with events from and to one peer: nobody is told of it but the log. A peer may send as many as it likes that
 * can't be read or that it may not send, so there is one line a minute for those. Thread-safe.
 */
final class EventFailures {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    private final XyEndpoint endpoint;
    private final LogThrottle refusals;

    // all guarded by this
    private boolean lossTold;
    private int leftOut;

    EventFailures(XyEndpoint endpoint) {
        this.endpoint = endpoint;
        this.refusals = new LogThrottle(endpoint.clock);
    }

    void ofListener(String event, Throwable thrown) {
        LogText.quietly(() -> log("A listener", event, thrown, false));
    }

    /** That an event is refused is what an interceptor is for. */
    void ofInterceptor(String event, Throwable thrown) {
        LogText.quietly(() -> log("An interceptor", event, thrown, true));
    }

    /**
     * What a peer may know of has no trace worth reading, and its cause may quote the payload; a fault of ours has one, for nobody else is
     * told of it.
     */
    private void log(String whose, String event, Throwable thrown, boolean mayRefuse) {
        Throwable error = Thrown.unwrap(thrown);
        XyException known = endpoint.errors.map(error);
        String name = LogText.of(event);
        if (known == null || known.faultToLog() != null) {
            log.error("{} of '{}' failed", whose, name, LogText.of(error));
            return;
        }
        boolean refusal = known.status() < 500;
        boolean leftOut = refusal && (mayRefuse || !isToBeTold());
        if (leftOut && !log.isDebugEnabled()) {
            return;
        }
        String message = LogText.of(known.getMessage());
        if (leftOut) {
            log.debug("{} of '{}' failed: {} {}", whose, name, known.status(), message);
        } else {
            String more = refusal ? takeLeftOut() : "";
            log.warn("{} of '{}' failed: {} {}{}", whose, name, known.status(), message, more);
        }
    }

    /** Once: a peer that is too slow stays so. */
    void ofSlowPeer(String id) {
        synchronized (this) {
            if (lossTold) {
                return;
            }
            lossTold = true;
        }
        LogText.quietly(() -> log.warn(
                "Peer {} is too slow and loses events: send buffer full (slow-peers: {})", id, endpoint.slowPeers));
    }

    private synchronized boolean isToBeTold() {
        boolean now = refusals.lets();
        leftOut += now ? 0 : 1;
        return now;
    }

    private synchronized String takeLeftOut() {
        int before = leftOut;
        leftOut = 0;
        return before == 0 ? "" : " (and " + before + " more of this peer)";
    }
}
