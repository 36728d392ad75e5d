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
    private final Consumer<ConnectionEnd> complete;

    // all guarded by this
    private @Nullable XyHandshake current;
    private @Nullable ConnectionEnd end;
    private @Nullable ConnectionEnd heard;
    private boolean told;
    private XyClock.@Nullable Timer timer;

    /** @param complete hears how a connection ended, once for each; doesn't block */
    Farewell(XyClock clock, Consumer<ConnectionEnd> complete) {
        this.clock = clock;
        this.complete = complete;
    }

    /** A connection, which is known by its handshake, is about to be open. */
    synchronized void expect(XyHandshake handshake) {
        current = handshake;
        end = null;
        heard = null;
        told = false;
    }

    /** The transport of the current connection is over. */
    void ended(ConnectionEnd how) {
        XyHandshake ended;
        synchronized (this) {
            ended = current;
            end = how;
            if (ended != null && !told) {
                timer = clock.schedule(() -> told(ended), PATIENCE);
            }
        }
        check();
    }

    /** The listeners are about to hear of a connection's end; what they hear counts, as this side may have ended it. */
    @SuppressWarnings("ReferenceEquality") // two connections may have equal handshakes
    synchronized void hear(XyHandshake handshake, int code, String reason) {
        if (handshake == current) {
            heard = new ConnectionEnd(code, reason, false);
        }
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
        ConnectionEnd how;
        synchronized (this) {
            if (!told || end == null) {
                return;
            }
            how = heard == null ? end : new ConnectionEnd(heard.code(), heard.reason(), end.received());
            current = null;
            end = null;
            cancel();
        }
        complete.accept(how);
    }

    synchronized void cancel() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
