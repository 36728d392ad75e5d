package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyHandshake;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of one connection after the other. It is complete when the transport is over and the listeners have been told, so that they
 * never hear of a connection before the end of the one before it; but a listener that hangs is waited for a second only.
 * Thread-safe.
 */
final class Farewell {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final XyClock clock;
    private final Consumer<Throwable> complete;

    // all guarded by this
    private @Nullable XyHandshake current;
    private @Nullable Throwable cause;
    private boolean told;
    private XyClock.@Nullable Timer timer;

    /** @param complete hears why a connection ended, once for each; doesn't block */
    Farewell(XyClock clock, Consumer<Throwable> complete) {
        this.clock = clock;
        this.complete = complete;
    }

    /** A connection, which is known by its handshake, is about to be open. */
    synchronized void expect(XyHandshake handshake) {
        current = handshake;
        cause = null;
        told = false;
    }

    /** The transport of the current connection is over. */
    void ended(Throwable why) {
        XyHandshake ended;
        synchronized (this) {
            ended = current;
            cause = why;
            if (ended != null && !told) {
                timer = clock.schedule(() -> told(ended), PATIENCE);
            }
        }
        check();
    }

    /** The listeners have heard of a connection's end. */
    @SuppressWarnings("ReferenceEquality") // two connections may have equal handshakes
    void told(XyHandshake handshake) {
        synchronized (this) {
            told |= handshake == current;
        }
        check();
    }

    private void check() {
        Throwable why;
        synchronized (this) {
            why = told ? cause : null;
            if (why == null) {
                return;
            }
            current = null;
            cause = null;
            cancel();
        }
        complete.accept(why);
    }

    synchronized void cancel() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
