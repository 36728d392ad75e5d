package io.xywebsocket.engine;

import io.xywebsocket.concurrent.FairShare;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the threads that blocked handlers of one peer keep after handing over the queue. Guarded by the inbound queue.
 */
final class ThreadsOfPeer implements FairShare.Member {

    private final FairShare share;
    private final BooleanSupplier resumption;

    /** Null for most peers, whose handlers never block. */
    private @Nullable Set<DrainRun> holding;

    private boolean disconnected;
    private volatile int held;

    private volatile boolean waiting;

    /** @param resumption starts a drain run and returns whether it did; called without a lock */
    ThreadsOfPeer(FairShare share, BooleanSupplier resumption) {
        this.share = share;
        this.resumption = resumption;
    }

    /** Counts a drain run that starts an entry. */
    void begin(DrainRun run, InboundEntry entry) {
        FairShare.Group group = groupOf(entry);
        if (group != null) {
            join(run, group);
        }
    }

    /** Counts the thread of a drain run that has handed over the queue inside a handler. */
    void hold(DrainRun run) {
        if (!run.keepsThread) {
            run.keepsThread = true;
            holding = holding == null ? new HashSet<>(4) : holding;
            holding.add(run);
            held = holding.size();
        }
    }

    /**
     * Releases the thread, as the handler has returned.
     *
     * @return whether to wake waiting members of a group, without the lock of the inbound queue
     */
    boolean release(DrainRun run) {
        boolean groupLeft = run.group != null;
        if (run.group != null) {
            run.group.leave();
            run.group = null;
        }
        if (run.keepsThread && holding != null) {
            run.keepsThread = false;
            holding.remove(run);
            held = holding.size();
            if (held == 0 && waiting) {
                share.forget(this);
            }
        }
        return groupLeft;
    }

    /**
     * Moves the running handlers to the group of disconnected peers.
     *
     * @param active the active drain run, if there is one
     * @return whether to wake connecting peers, without the lock of the inbound queue
     */
    boolean onDisconnected(@Nullable DrainRun active) {
        disconnected = true;
        boolean connecting = false;
        if (holding != null) {
            for (DrainRun run : holding) {
                connecting |= run.group == share.connecting;
                join(run, share.disconnected);
            }
        }
        if (active != null && active.entered != null) {
            connecting |= active.group == share.connecting;
            join(active, share.disconnected);
        }
        return connecting;
    }

    private static void join(DrainRun run, FairShare.Group group) {
        if (run.group != null) {
            run.group.leave();
        }
        run.group = group;
        group.enter();
    }

    /** Returns the group whose share the entry counts in; null for the peer's own share. */
    private FairShare.@Nullable Group groupOf(InboundEntry entry) {
        return disconnected ? share.disconnected : entry.isConnecting() ? share.connecting : null;
    }

    /** Returns whether an entry may start while no other of its kind runs; otherwise the queue is resumed later. */
    boolean mayTakeFirst(InboundEntry entry, int ownThreads) {
        FairShare.Group group = groupOf(entry);
        return group == null || share.allowsOrEnqueues(this, group, ownThreads);
    }

    /** Returns whether an entry may take another thread; otherwise the queue is resumed later. */
    boolean mayTake(InboundEntry entry, int ownThreads) {
        FairShare.Group group = groupOf(entry);
        if (group != null) {
            return share.allowsOrEnqueues(this, group, ownThreads);
        }
        return held == 0 || share.allowsOrEnqueues(this, ownThreads);
    }

    /** As {@link #mayTake}, without waiting for a thread. */
    boolean couldTake() {
        return share.allows(this, 0);
    }

    // ---- for the share, on any thread

    @Override
    public int held() {
        return held;
    }

    @Override
    public void setWaiting(boolean now) {
        waiting = now;
    }

    @Override
    public boolean resume() {
        return resumption.getAsBoolean();
    }
}
