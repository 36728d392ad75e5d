package io.xywebsocket.client;

import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log when the connection is lost and when it is back, once; not of each of a thousand tries. Thread-safe. */
final class ConnectionLog {

    private static final Logger log = LoggerFactory.getLogger(XyClient.class);

    private final String target;

    // guarded by this
    private boolean troubleTold;
    private boolean returnTold;

    ConnectionLog(String target) {
        this.target = target;
    }

    synchronized void trouble(Throwable cause, int tries, Duration delay) {
        if (troubleTold) {
            log.debug("Not connected to {} after {} tries, the next in {} ms", target, tries, delay.toMillis(), cause);
        } else {
            troubleTold = true;
            log.info("Not connected to {}, trying on: {}", target, describe(cause));
        }
    }

    synchronized void connected() {
        if (troubleTold && !returnTold) {
            returnTold = true;
            log.info("Connected to {} again", target);
        } else {
            log.debug("Connected to {}", target);
        }
    }

    /** The connection that has ended was a good one: its end is news. */
    synchronized void lasted() {
        troubleTold = false;
        returnTold = false;
    }

    void gaveUp(Throwable cause, int tries) {
        log.error("Not connected to {} after {} tries, giving up: {}", target, tries, describe(cause));
    }

    private static String describe(Throwable cause) {
        if (cause instanceof WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            return status == 101 ? "a wrong handshake: " + refused.getCause() : "refused with status " + status;
        }
        return cause.getCause() == null ? cause.toString() : cause + ", " + cause.getCause();
    }
}
