package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyHandshake;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of one connection after the other: calls that waited for it come after what the listeners say when they hear of it, as
 * they may need that. Threads that have no calls waiting don't wait meanwhile. A listener that hangs is waited for a second only. Thread-safe.
 */
final class Greeting {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final XyClock clock;
    private final Runnable complete;

    // all guarded by this
    private @Nullable XyHandshake current;
    private XyClock.@Nullable Timer timer;

    /** @param complete runs when the listeners have heard of a connection, once for each; doesn't block */
    Greeting(XyClock clock, Runnable complete) {
        this.clock = clock;
        this.complete = complete;
    }

    /** A connection, which is known by its handshake, is about to be open. */
    synchronized void expect(XyHandshake handshake) {
        cancel();
        current = handshake;
        timer = clock.schedule(() -> end(handshake), PATIENCE);
    }

    /** The listeners have been told. */
    @SuppressWarnings("ReferenceEquality") // two connections may have equal handshakes
    void end(XyHandshake handshake) {
        synchronized (this) {
            if (handshake != current) {
                return;
            }
            cancel();
        }
        complete.run();
    }

    synchronized boolean isUnderWay() {
        return current != null;
    }

    synchronized void cancel() {
        current = null;
        if (timer != null) {
            timer.cancel();
        }
    }
}
