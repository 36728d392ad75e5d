package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one peer has sent and is not handled: an unfinished message, and calls and events that wait or run.
 * Beyond the bound calls are refused. Thread-safe.
 *
 * <p>Reading pauses while waiting entries fill the buffer, unless an answer of the peer is awaited, which may be behind
 * them. It also pauses while many refusals wait to be written. Running entries never pause it: they may take long, or
 * need more input.
 */
final class ReceiveBuffer {

    enum Admission {
        TAKEN,
        FULL,
        VIOLATION
    }

    private final Transport transport;
    private final int bound;
    private final ReceivedBytes receivedBytes;

    @GuardedBy("this")
    private long waiting;

    @GuardedBy("this")
    private long running;

    @GuardedBy("this")
    private long unfinished;

    @GuardedBy("this")
    private boolean overflowing;

    @GuardedBy("this")
    private boolean refusing;

    @GuardedBy("this")
    private int awaiting;

    @GuardedBy("this")
    private boolean neverPause;

    @GuardedBy("this")
    private boolean paused;

    @GuardedBy("this")
    private boolean pausedSinceLastCheck;

    @GuardedBy("this")
    private @Nullable OrphanedBytes orphanedBytes;

    /** @param receivedBytes counts the same for all peers together */
    ReceiveBuffer(Transport transport, int bound, ReceivedBytes receivedBytes) {
        this.transport = transport;
        this.bound = bound;
        this.receivedBytes = receivedBytes;
    }

    /**
     * Asks for room. A call of any size is accepted while running calls take at most half of the buffer.
     *
     * @param call calls beyond the bound are refused ({@code FULL}); events are accepted, but up to twice the bound
     *     only while reading can't pause, then the peer violates its bound ({@code VIOLATION})
     */
    synchronized Admission admit(int bytes, boolean call) {
        long held = waiting + (call ? running : 0);
        boolean full = held + bytes > bound && (waiting > 0 || (call && running > bound / 2));
        if (full) {
            overflowing = true;
            if (!call && awaiting > 0 && held + bytes > 2L * bound) {
                return Admission.VIOLATION;
            }
        }
        if (!full || !call) {
            receivedBytes.add(bytes);
            addWaiting(bytes);
        }
        update();
        return full && call ? Admission.FULL : Admission.TAKEN;
    }

    /** Releases entries that were discarded while they waited. */
    synchronized void release(long bytes) {
        receivedBytes.add(-bytes);
        addWaiting(-bytes);
        update();
    }

    /**
     * Moves an entry from waiting to running.
     *
     * @param before the entry that was handled before, if any
     */
    synchronized void started(InboundEntry entry, @Nullable InboundEntry before) {
        if (before != null) {
            handled(before);
        }
        addWaiting(-entry.bytes);
        running += entry.bytes;
        update();
    }

    /** Releases an entry once its answer is queued. Idempotent. */
    synchronized void handled(InboundEntry entry) {
        if (!entry.released) {
            entry.released = true;
            receivedBytes.add(-entry.bytes);
            running -= entry.bytes;
        }
    }

    /** @param held the bytes that the arriving message takes so far */
    synchronized void onPart(int held) {
        if (orphanedBytes == null) {
            receivedBytes.addUnfinished(held - unfinished);
            unfinished = held;
            overflowing |= waiting > 0 && waiting + unfinished > bound;
            update();
        }
    }

    /** Stops counting the arriving message: it is complete or discarded. */
    synchronized void discardUnfinished() {
        receivedBytes.addUnfinished(-unfinished);
        unfinished = 0;
    }

    @GuardedBy("this")
    private void addWaiting(long change) {
        waiting += change;
        if (orphanedBytes != null) {
            orphanedBytes.add(change);
        }
    }

    /** Transfers waiting bytes to the orphaned bytes at disconnect. Returns whether those have room. */
    synchronized boolean transferTo(OrphanedBytes orphans) {
        discardUnfinished();
        orphanedBytes = orphans;
        return orphans.add(waiting) || waiting == 0;
    }

    synchronized void addAwaited(int change) {
        awaiting += change;
        update();
    }

    /** Pauses reading while many refusals wait, even while an answer is awaited: the peer only has to read them. */
    synchronized void setRefusing(boolean many) {
        refusing = many;
        update();
    }

    /** Never pauses again: the closing handshake has to be read, and other input is discarded. */
    synchronized void keepReading() {
        neverPause = true;
        update();
    }

    /** Returns whether reading has paused since the last check, so that silence is no fault of the peer. */
    synchronized boolean hasPaused() {
        boolean was = paused || pausedSinceLastCheck;
        pausedSinceLastCheck = paused;
        return was;
    }

    synchronized long buffered() {
        return waiting + running + unfinished;
    }

    synchronized long waiting() {
        return waiting;
    }

    synchronized long unfinished() {
        return unfinished;
    }

    @GuardedBy("this")
    private void update() {
        if (waiting <= bound / 2) {
            overflowing = false;
        }
        boolean pause = (refusing || (overflowing && awaiting == 0)) && !neverPause;
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
