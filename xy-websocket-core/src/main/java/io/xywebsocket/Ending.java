package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/** What has to come to pass before a connection that has ended is forgotten: its transport closes, the application is told. Thread-safe. */
final class Ending {

    private final Runnable forget;
    private volatile boolean transportClosed;
    private volatile boolean told;
    private volatile XyClock.@Nullable Timer deadline;

    Ending(Runnable forget) {
        this.forget = forget;
    }

    /** The closing handshake is under way; the timer is for one that never ends. */
    void closing(XyClock.Timer timer) {
        deadline = timer;
        if (transportClosed) {
            timer.cancel();
        }
    }

    void transportClosed() {
        transportClosed = true;
        XyClock.Timer timer = deadline;
        if (timer != null) {
            timer.cancel();
        }
    }

    void told() {
        told = true;
        forgetIfOver();
    }

    void forgetIfOver() {
        if (transportClosed && told) {
            forget.run();
        }
    }
}
