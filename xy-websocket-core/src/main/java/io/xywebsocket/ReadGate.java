package io.xywebsocket;

import io.xywebsocket.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The bound on what one peer may have waiting here. Full, it lets the transport pause reading, but never while this side
 * awaits an answer from that peer: the answer may be behind what fills it. And it does so while many refusals wait to be written. Thread-safe.
 */
final class ReadGate {

    enum Admission {
        TAKEN,
        FULL,
        BROKEN
    }

    private final Transport transport;
    private final int bound;

    // all guarded by this
    private long buffered;
    private boolean overflowing;
    private boolean refusing;
    private int awaiting;
    private boolean readingOn;
    private boolean paused;
    private boolean pausedSinceLastCheck;
    private @Nullable Leftovers heir;

    ReadGate(Transport transport, int bound) {
        this.transport = transport;
        this.bound = bound;
    }

    /**
     * Asks for room.
     *
     * @param call calls are refused ({@code FULL}) beyond the bound; events are taken, up to twice the bound while we must
     *     read on, and beyond that the peer is breaking its bounds ({@code BROKEN})
     */
    synchronized Admission admit(int bytes, boolean call) {
        boolean full = buffered > 0 && buffered + bytes > bound;
        if (full) {
            overflowing = true;
            if (!call && awaiting > 0 && buffered + bytes > 2L * bound) {
                return Admission.BROKEN;
            }
        }
        if (!full || !call) {
            count(bytes);
        }
        update();
        return full && call ? Admission.FULL : Admission.TAKEN;
    }

    synchronized void release(long bytes) {
        count(-bytes);
        update();
    }

    private void count(long change) {
        buffered += change;
        if (heir != null) {
            heir.add(change);
        }
    }

    /** The connection is over; what is buffered still counts among what such connections leave. Returns whether there is room for it. */
    synchronized boolean leaveTo(Leftovers leftovers) {
        heir = leftovers;
        return leftovers.add(buffered) || buffered == 0;
    }

    /** Nothing that is buffered will be handled. */
    synchronized void forget() {
        if (heir != null) {
            heir.add(-buffered);
            heir = null;
        }
    }

    synchronized void awaiting(int change) {
        awaiting += change;
        update();
    }

    /**
     * So many refusals wait to be written that no calls should be read, or no longer. Holds also while an answer is awaited: the peer has only
     * to read them.
     */
    synchronized void refusing(boolean many) {
        refusing = many;
        update();
    }

    /** Never pauses again: what comes is dropped, and the closing handshake has to be read. */
    synchronized void readOn() {
        readingOn = true;
        update();
    }

    /** Whether reading was paused at any time since this was last asked: then silence is our own doing. */
    synchronized boolean wasPaused() {
        boolean was = paused || pausedSinceLastCheck;
        pausedSinceLastCheck = paused;
        return was;
    }

    synchronized long buffered() {
        return buffered;
    }

    private void update() {
        if (buffered <= bound / 2) {
            overflowing = false;
        }
        boolean pause = (refusing || (overflowing && awaiting == 0)) && !readingOn;
        if (pause == paused) {
            return;
        }
        paused = pause;
        pausedSinceLastCheck |= pause;
        if (pause) {
            transport.pauseReading();
        } else {
            transport.resumeReading();
        }
    }
}
