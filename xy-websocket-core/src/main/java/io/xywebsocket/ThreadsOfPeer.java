package io.xywebsocket;

import java.util.function.BooleanSupplier;

/** How many threads the handlers of one peer hold without having its lane: those that block. Guarded by the lane unless said otherwise. */
final class ThreadsOfPeer {

    private final FairShare share;
    private final BooleanSupplier resumption;

    private volatile int held;
    private volatile boolean gone;

    /** Written by the share. */
    volatile boolean waits;

    /** @param resumption works the lane off, and returns whether that takes a thread; called without a lock */
    ThreadsOfPeer(FairShare share, BooleanSupplier resumption) {
        this.share = share;
        this.resumption = resumption;
    }

    /** The burst loses the lane, but keeps its thread inside a handler. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only under the lane
    void hold(Burst burst) {
        if (!burst.holds && !burst.writes) {
            burst.holds = true;
            held++;
            if (gone) {
                share.heldByGone(1);
            }
        }
    }

    /** Its handler has returned. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void release(Burst burst) {
        if (burst.holds) {
            burst.holds = false;
            held--;
            if (gone) {
                share.heldByGone(-1);
            }
            if (held == 0 && waits) {
                share.forget(this);
            }
        }
    }

    /** The connection is over: what is held from now on is what is left of it. */
    void leave() {
        if (!gone) {
            gone = true;
            share.heldByGone(held);
        }
    }

    /** Whether another handler may take a thread. If not, the lane is resumed later. */
    boolean mayTake(int mine) {
        return held == 0 || share.allowsOrWaits(this, mine);
    }

    /** The same without waiting for it. */
    boolean couldTake() {
        return share.allows(this, 0);
    }

    // ---- for the share, on any thread

    int held() {
        return held;
    }

    boolean hasGone() {
        return gone;
    }

    boolean resume() {
        return resumption.getAsBoolean();
    }
}
