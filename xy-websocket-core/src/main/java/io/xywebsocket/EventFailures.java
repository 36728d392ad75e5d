package io.xywebsocket;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong with events from and to one peer: nobody is told of it but the log. A peer may send as many as it likes that
 * can't be read or that it may not send, so there is one line a minute for those. Thread-safe.
 */
final class EventFailures {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);
    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private final XyEndpoint endpoint;

    // all guarded by this
    private boolean lossTold;
    private int leftOut;
    private boolean quiet;
    private long quietSince;

    EventFailures(XyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    void ofListener(String event, Throwable thrown) {
        log("A listener", event, thrown, false);
    }

    /** That an event is refused is what an interceptor is for. */
    void ofInterceptor(String event, Throwable thrown) {
        log("An interceptor", event, thrown, true);
    }

    /** An error that is meant for a peer has no trace worth reading; anything else has. */
    private void log(String whose, String event, Throwable thrown, boolean mayRefuse) {
        Throwable error = ErrorAnswers.unwrap(thrown);
        String name = LogText.of(event);
        XyException known = endpoint.errors.map(error);
        if (known == null) {
            log.error("{} of '{}' failed", whose, name, error);
            return;
        }
        String message = LogText.of(known.getMessage());
        if (known.status() < 500 && (mayRefuse || isToBeLeftOut())) {
            log.debug("{} of '{}' failed: {} {}", whose, name, known.status(), message);
        } else {
            log.warn("{} of '{}' failed: {} {}{}", whose, name, known.status(), message, unheard());
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
        log.warn("Peer {} is too slow and loses events: send buffer full (slow-peers: {})", id, endpoint.slowPeers);
    }

    private synchronized boolean isToBeLeftOut() {
        long now = endpoint.clock.nanoTime();
        if (quiet && now - quietSince < QUIET) {
            leftOut++;
            return true;
        }
        quiet = true;
        quietSince = now;
        return false;
    }

    private synchronized String unheard() {
        int before = leftOut;
        leftOut = 0;
        return before == 0 ? "" : " (and " + before + " more of this peer)";
    }
}
