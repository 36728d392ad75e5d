package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyTimeouts;

/** Tracks the text message that a peer has begun. Confined to the reading thread, except for {@link #isOverdue}. */
final class UnfinishedMessage {

    /**
     * Average length below which the peer fragments on purpose: the network splits large messages into longer parts.
     */
    private static final int MIN_AVERAGE_PART = 512;

    private final long timeout;
    private int parts;
    private long length;
    private volatile boolean begun;
    private volatile long begunAt;

    UnfinishedMessage(XyTimeouts timeouts) {
        this.timeout = timeouts.message().toNanos();
    }

    /** Adds a part. Returns whether it counts as a frame of its own, as a peer may send a million of them. */
    boolean add(int partLength, XyClock clock) {
        if (!begun) {
            begunAt = clock.nanoTime();
            begun = true;
        }
        parts++;
        length += partLength;
        return partLength == 0 || parts > 1 + length / MIN_AVERAGE_PART;
    }

    /** Ends the message. Returns whether it had earlier parts. */
    boolean end() {
        if (!begun) {
            return false;
        }
        begun = false;
        parts = 0;
        length = 0;
        return true;
    }

    /**
     * Returns whether the message has exceeded its timeout. Called at intervals.
     *
     * @param paused whether reading has paused since the last check, so that the peer couldn't end it
     */
    boolean isOverdue(long now, boolean paused) {
        if (paused) {
            begunAt = now;
        }
        return begun && now - begunAt >= timeout;
    }
}
