package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import io.xywebsocket.untrusted.Thrown;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs connections and outages; of a server that comes and goes one line of each a minute, or a pair. The last line is
 * never "connected" while the server stays away. Thread-safe.
 */
final class ConnectionLog {

    private enum Told {
        NOTHING,
        TROUBLE,
        RETURN
    }

    private static final Logger log = LoggerFactory.getLogger(ConnectionLog.class);

    /** Tries that must have failed in a row, and the time that must have passed, before trouble that has returned is told again. */
    private static final int TRIES = 3;

    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** The end of a connection that lasted so long is news, once a minute. */
    private static final Duration LASTING = Duration.ofSeconds(5);

    /** Of what is said about a failure; there is room for the reason of a close frame. */
    private static final int LONGEST = 500;

    private final String target;
    private final XyClock clock;
    private final LogThrottle connections;

    @GuardedBy("this")
    private Told told = Told.NOTHING;

    @GuardedBy("this")
    private long toldAt;

    @GuardedBy("this")
    private boolean connectedBefore;

    ConnectionLog(String target, XyClock clock) {
        this.target = target;
        this.clock = clock;
        this.connections = new LogThrottle(clock);
    }

    synchronized void trouble(Throwable cause, int tries, Duration delay) {
        boolean again = told == Told.RETURN && tries >= TRIES && clock.nanoTime() - toldAt >= PAUSE.toNanos();
        if (told != Told.NOTHING && !again) {
            Throwable harmless = LogText.of(cause);
            log.debug(
                    "Not connected to {} after {} tries, the next in {} ms", target, tries, delay.toMillis(), harmless);
        } else {
            told = Told.TROUBLE;
            toldAt = clock.nanoTime();
            log.info("Not connected to {}, will keep trying: {}", target, describe(cause));
        }
    }

    synchronized void connected() {
        boolean endsTrouble = told == Told.TROUBLE;
        if (endsTrouble) {
            told = Told.RETURN;
            connections.use();
        }
        if (endsTrouble || connections.tryAcquire()) {
            String again = told == Told.RETURN && connectedBefore ? " again" : "";
            log.info("Connected to {}{}{}", target, again, connections.takeSuppressed("more times"));
        } else {
            log.debug("Connected to {}", target);
        }
        connectedBefore = true;
    }

    /** A connection has ended that lasted for so many nanoseconds. */
    synchronized void lasted(long nanos) {
        boolean quiet = told == Told.RETURN && clock.nanoTime() - toldAt < PAUSE.toNanos();
        if (nanos >= LASTING.toNanos() && !quiet) {
            told = Told.NOTHING;
        }
    }

    /** @param usual whether the next call brings the client back */
    void staysAway(Throwable end, boolean usual) {
        if (usual) {
            log.debug("Disconnected from {}; the next call or event reconnects: {}", target, describe(end));
        } else {
            log.info("Disconnected from {}; only connect() reconnects: {}", target, describe(end));
        }
    }

    void undecided(Throwable failure) {
        log.error(
                "It could not be decided whether to reconnect to {}; the client reconnects",
                target,
                LogText.of(failure));
    }

    void gaveUp(Throwable cause, int tries) {
        log.error("Not connected to {} after {} tries, giving up: {}", target, tries, describe(cause));
    }

    /** The server may have had its say in it. */
    static String describe(Throwable cause) {
        return LogText.of(text(cause), LONGEST);
    }

    private static String text(Throwable cause) {
        if (cause instanceof WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            return status == 101 ? "a wrong handshake: " + Thrown.cause(refused) : "refused with status " + status;
        }
        Throwable inner = Thrown.cause(cause);
        return inner == null ? Thrown.text(cause) : Thrown.text(cause) + ", " + Thrown.text(inner);
    }
}
