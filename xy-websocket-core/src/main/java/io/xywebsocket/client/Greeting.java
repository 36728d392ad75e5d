package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyHandshake;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of one connection after the other: while the listeners hear of it, only they call and send; calls that waited come
 * after that, as they may need what the listeners say first. But a listener that hangs is waited for a second only. Thread-safe.
 */
final class Greeting {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final XyClock clock;
    private final Runnable complete;

    // all guarded by this
    private @Nullable XyHandshake current;
    private @Nullable Thread greeter;
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

    /** The listeners are about to be told, on this thread. */
    @SuppressWarnings("ReferenceEquality") // two connections may have equal handshakes
    synchronized void begin(XyHandshake handshake) {
        if (handshake == current) {
            greeter = Thread.currentThread();
        }
    }

    /** They have been told. */
    @SuppressWarnings("ReferenceEquality")
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

    /** Whether this is the thread on which the listeners are being told. */
    synchronized boolean isMine() {
        return Thread.currentThread() == greeter;
    }

    synchronized void cancel() {
        current = null;
        greeter = null;
        if (timer != null) {
            timer.cancel();
        }
    }
}
