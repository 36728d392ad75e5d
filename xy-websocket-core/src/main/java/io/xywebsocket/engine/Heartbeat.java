package io.xywebsocket.engine;

import io.xywebsocket.XyTimeouts;
import org.jspecify.annotations.Nullable;

/** Detects whether a peer is alive and accepts what we write. Any frame is a sign of life. */
final class Heartbeat {

    private final long interval;
    private final long sendTimeout;

    private volatile boolean heard;
    private volatile boolean pingSent;
    private volatile long pingedAt;

    // confined to the checking thread
    private long nextPing;
    private long progress = -1;
    private long progressAt;

    Heartbeat(XyTimeouts timeouts, long now) {
        this.interval = timeouts.heartbeatInterval().toNanos();
        this.sendTimeout = timeouts.send().toNanos();
        this.nextPing = now + interval;
    }

    void onSignOfLife() {
        if (!heard) {
            heard = true;
        }
    }

    /** Returns whether a ping has been sent and no frame received since. */
    boolean awaitsSign() {
        return pingSent && !heard;
    }

    /** A ping has been sent; its answer can't be expected before. */
    void onPinged(long now) {
        pingedAt = now;
        pingSent = true;
    }

    /**
     * Sends a ping when it is due.
     *
     * @param paused whether reading has paused since the last check, so that no frame could arrive
     * @return the fault of the peer; null if there is none
     */
    @Nullable
    String check(long now, boolean paused, Outbound outbound) {
        long written = outbound.progress();
        if (written < 0 || written != progress) {
            progress = written;
            progressAt = now;
        } else if (now - progressAt >= sendTimeout) {
            return "too slow: no write got through";
        }
        if (paused) {
            pingSent = false;
            heard = true;
        }
        if (now - nextPing < 0) {
            return null;
        }
        if (pingSent && !heard) {
            // a ping behind a slow write was sent later than it was due
            return now - pingedAt < interval ? null : "no sign of life since the last ping";
        }
        nextPing = now + interval;
        heard = false;
        pingSent = false;
        outbound.ping();
        return null;
    }
}
