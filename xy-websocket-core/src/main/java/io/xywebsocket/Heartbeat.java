package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/** Whether the other side of one connection lives, and takes what we write. Any frame is a sign of life. */
final class Heartbeat {

    private final long interval;
    private final long sendTimeout;

    private volatile boolean heard;
    private volatile boolean pinged;
    private volatile long pingedAt;

    // of the one thread that checks
    private long nextPing;
    private long progress = -1;
    private long progressAt;

    Heartbeat(XyTimeouts timeouts, long now) {
        this.interval = timeouts.heartbeatInterval().toNanos();
        this.sendTimeout = timeouts.send().toNanos();
        this.nextPing = now + interval;
    }

    void heard() {
        if (!heard) {
            heard = true;
        }
    }

    /** Whether a ping is on its way and nothing has been heard since. */
    boolean awaitsSign() {
        return pinged && !heard;
    }

    /** A ping is on its way; before that nobody can be expected to answer it. */
    void pinged(long now) {
        pingedAt = now;
        pinged = true;
    }

    /**
     * Pings when it is time.
     *
     * @param paused whether we paused reading since the last check, and so couldn't hear
     * @return what is wrong with the peer; null if nothing is
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
            pinged = false;
            heard = true;
        }
        if (now - nextPing < 0) {
            return null;
        }
        if (pinged && !heard) {
            // a ping that stood behind a slow write has had less time than that
            return now - pingedAt < interval ? null : "no sign of life since the last ping";
        }
        nextPing = now + interval;
        heard = false;
        pinged = false;
        outbound.ping();
        return null;
    }
}
