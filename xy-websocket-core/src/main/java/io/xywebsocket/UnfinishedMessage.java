package io.xywebsocket;

/** The text message that a peer has begun and not ended, if there is one. Of the reading thread, but for {@link #isOverdue}. */
final class UnfinishedMessage {

    /** Parts that are shorter than this on the average are the peer's doing: what the network makes of a large message is longer. */
    private static final int USUAL_PART = 512;

    private final long timeout;
    private int parts;
    private long length;
    private volatile boolean begun;
    private volatile long begunAt;

    UnfinishedMessage(XyTimeouts timeouts) {
        this.timeout = timeouts.message().toNanos();
    }

    /** Another part has come. Returns whether it counts as a frame of its own: a peer may send a million of them. */
    boolean add(int partLength, XyClock clock) {
        if (!begun) {
            begunAt = clock.nanoTime();
            begun = true;
        }
        parts++;
        length += partLength;
        return partLength == 0 || parts > 1 + length / USUAL_PART;
    }

    /** The message has ended. Returns whether there were parts of it before. */
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
     * Asked at intervals.
     *
     * @param paused whether we have not read since the last time: then the peer can't have ended it
     */
    boolean isOverdue(long now, boolean paused) {
        if (paused) {
            begunAt = now;
        }
        return begun && now - begunAt >= timeout;
    }
}
