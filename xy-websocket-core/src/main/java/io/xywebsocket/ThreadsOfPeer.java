package io.xywebsocket;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** How many threads the handlers of one peer hold without having its lane: those that block. Guarded by the lane unless said otherwise. */
final class ThreadsOfPeer {

    private final FairShare share;
    private final BooleanSupplier resumption;

    /** Null for most peers, whose handlers never block. */
    private @Nullable Set<Burst> holding;

    private boolean gone;
    private volatile int held;

    /** Written by the share. */
    volatile boolean waits;

    /** @param resumption works the lane off, and returns whether that takes a thread; called without a lock */
    ThreadsOfPeer(FairShare share, BooleanSupplier resumption) {
        this.share = share;
        this.resumption = resumption;
    }

    /** The burst is about to run an entry. */
    void begin(Burst burst, LaneEntry entry) {
        FairShare.Group group = groupOf(entry);
        if (group != null) {
            join(burst, group);
        }
    }

    /** The burst loses the lane, but keeps its thread inside a handler. */
    void hold(Burst burst) {
        if (!burst.holds) {
            burst.holds = true;
            holding = holding == null ? new HashSet<>(4) : holding;
            holding.add(burst);
            held = holding.size();
        }
    }

    /**
     * Its handler has returned.
     *
     * @return whether others of a group may have waited for that: to be woken without the lane's lock
     */
    boolean release(Burst burst) {
        boolean left = burst.group != null;
        if (burst.group != null) {
            burst.group.leave();
            burst.group = null;
        }
        if (burst.holds && holding != null) {
            burst.holds = false;
            holding.remove(burst);
            held = holding.size();
            if (held == 0 && waits) {
                share.forget(this);
            }
        }
        return left;
    }

    /**
     * The connection is over: what runs is what is left of it.
     *
     * @param active the burst that has the lane, if there is one
     * @return whether others may have waited for a place among those not let in: to be woken without the lane's lock
     */
    boolean leave(@Nullable Burst active) {
        gone = true;
        boolean newcomer = false;
        if (holding != null) {
            for (Burst burst : holding) {
                newcomer |= burst.group == share.newcomers;
                join(burst, share.gone);
            }
        }
        if (active != null && active.entered != null) {
            newcomer |= active.group == share.newcomers;
            join(active, share.gone);
        }
        return newcomer;
    }

    private static void join(Burst burst, FairShare.Group group) {
        if (burst.group != null) {
            burst.group.leave();
        }
        burst.group = group;
        group.enter();
    }

    /** Whom an entry shares its threads with, if not only with the peer's others. */
    private FairShare.@Nullable Group groupOf(LaneEntry entry) {
        return gone ? share.gone : entry instanceof ConnectHook ? share.newcomers : null;
    }

    /** Whether an entry may start though nothing else of its kind runs. If not, the lane is resumed later. */
    boolean mayTakeFirst(LaneEntry entry, int mine) {
        FairShare.Group group = groupOf(entry);
        return group == null || share.allowsOrWaits(this, group, mine);
    }

    /** Whether another entry may take a thread. If not, the lane is resumed later. */
    boolean mayTake(LaneEntry entry, int mine) {
        FairShare.Group group = groupOf(entry);
        if (group != null) {
            return share.allowsOrWaits(this, group, mine);
        }
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

    boolean resume() {
        return resumption.getAsBoolean();
    }
}
