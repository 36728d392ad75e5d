package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import org.jspecify.annotations.Nullable;

/** Forgets an ended connection once its transport has closed and its listeners have been notified. Thread-safe. */
final class Ending {

    private final Runnable forget;
    private volatile boolean transportClosed;
    private volatile boolean notified;
    private volatile XyClock.@Nullable Timer deadline;

    Ending(Runnable forget) {
        this.forget = forget;
    }

    /** The closing handshake has begun; the timer bounds it. */
    void onClosing(XyClock.Timer timer) {
        deadline = timer;
        if (transportClosed) {
            timer.cancel();
        }
    }

    void onTransportClosed() {
        transportClosed = true;
        XyClock.Timer timer = deadline;
        if (timer != null) {
            timer.cancel();
        }
    }

    void onNotified() {
        notified = true;
        forgetIfOver();
    }

    void forgetIfOver() {
        if (transportClosed && notified) {
            forget.run();
        }
    }
}
