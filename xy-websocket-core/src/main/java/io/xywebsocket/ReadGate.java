package io.xywebsocket;

import io.xywebsocket.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The bound on what one peer may have here: an unfinished message, calls and events that wait, and those that run. Beyond it calls are
 * refused. If what waits fills it, it lets the transport pause reading, but never while this side awaits an answer from that peer: the
 * answer may be behind what fills it. What runs, or isn't finished, is no reason to pause: it may go on for long, or only by reading.
 * Many refusals that wait to be written are one. Thread-safe.
 */
final class ReadGate {

    enum Admission {
        TAKEN,
        FULL,
        BROKEN
    }

    private final Transport transport;
    private final int bound;
    private final Received received;

    // all guarded by this
    private long waiting;
    private long running;
    private long unfinished;
    private boolean overflowing;
    private boolean refusing;
    private int awaiting;
    private boolean readingOn;
    private boolean paused;
    private boolean pausedSinceLastCheck;
    private @Nullable Leftovers heir;

    /** @param received counts the same for all peers together */
    ReadGate(Transport transport, int bound, Received received) {
        this.transport = transport;
        this.bound = bound;
        this.received = received;
    }

    /**
     * Asks for room. One call, however large, is taken beside others that run in half of it at most.
     *
     * @param call calls are refused ({@code FULL}) beyond the bound; events are taken, up to twice the bound while we must
     *     read on, and beyond that the peer is breaking its bounds ({@code BROKEN})
     */
    synchronized Admission admit(int bytes, boolean call) {
        long held = waiting + (call ? running : 0);
        boolean full = held + bytes > bound && (waiting > 0 || (call && running > bound / 2));
        if (full) {
            overflowing = true;
            if (!call && awaiting > 0 && held + bytes > 2L * bound) {
                return Admission.BROKEN;
            }
        }
        if (!full || !call) {
            received.add(bytes);
            waits(bytes);
        }
        update();
        return full && call ? Admission.FULL : Admission.TAKEN;
    }

    /** Something that waited is dropped. */
    synchronized void release(long bytes) {
        received.add(-bytes);
        waits(-bytes);
        update();
    }

    /**
     * Something that waited runs.
     *
     * @param before what has been handled meanwhile, if anything
     */
    synchronized void started(LaneEntry entry, @Nullable LaneEntry before) {
        if (before != null) {
            handled(before);
        }
        waits(-entry.bytes);
        running += entry.bytes;
        update();
    }

    /** What ran has been handled, and its answer queued. A second time does nothing. */
    synchronized void handled(LaneEntry entry) {
        if (!entry.released) {
            entry.released = true;
            received.add(-entry.bytes);
            running -= entry.bytes;
        }
    }

    /** @param held what the message that is arriving takes up so far */
    synchronized void part(int held) {
        if (heir == null) {
            received.addUnfinished(held - unfinished);
            unfinished = held;
            overflowing |= waiting > 0 && waiting + unfinished > bound;
            update();
        }
    }

    /** The message that was arriving is whole, or won't be. */
    synchronized void dropUnfinished() {
        received.addUnfinished(-unfinished);
        unfinished = 0;
    }

    private void waits(long change) {
        waiting += change;
        if (heir != null) {
            heir.add(change);
        }
    }

    /** The connection is over; what waits still counts among what such connections leave. Returns whether there is room for it. */
    synchronized boolean leaveTo(Leftovers leftovers) {
        dropUnfinished();
        heir = leftovers;
        return leftovers.add(waiting) || waiting == 0;
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

    /** All that it counts. */
    synchronized long buffered() {
        return waiting + running + unfinished;
    }

    synchronized long waiting() {
        return waiting;
    }

    synchronized long unfinished() {
        return unfinished;
    }

    private void update() {
        if (waiting <= bound / 2) {
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
