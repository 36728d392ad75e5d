package io.xywebsocket;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the handlers of all peers share an executor's threads. What a peer may hold shrinks with the square of what is free: a single one may
 * hold a half of all, the next that comes a fifth, the tenth a hundredth; about one part in 2n + 2 stays free for others, though nothing is ever given
 * back. Each may always have one; but peers that have gone share like one peer, with all that still runs of them, and so do those that have not been let
 * in. Whoever may have no more waits, and is told when that may be otherwise. Thread-safe; its lock is a leaf.
 */
final class FairShare {

    /** Peers that share like one. */
    static final class Group {

        /** How many threads are inside what these have sent, or what tells of them. */
        private final AtomicInteger held = new AtomicInteger();

        // guarded by FairShare.waiting
        private final Set<ThreadsOfPeer> waiting = new LinkedHashSet<>();

        /** Written with that lock. */
        private volatile boolean anyWaits;

        void enter() {
            held.incrementAndGet();
        }

        void leave() {
            held.decrementAndGet();
        }
    }

    final Group newcomers = new Group();
    final Group gone = new Group();

    private final IntSupplier capacity;

    /** Threads that run along a lane. */
    private final AtomicInteger busy = new AtomicInteger();

    // guarded by waiting
    private final Set<ThreadsOfPeer> waiting = new LinkedHashSet<>();

    /** None that waits by itself holds fewer: if so many are too many, none is looked for. Written with the lock. */
    private volatile int least = Integer.MAX_VALUE;

    /** @param capacity how many threads there are; asked only for peers whose handlers hold some */
    FairShare(IntSupplier capacity) {
        this.capacity = capacity;
    }

    /**
     * What can be known of an executor.
     *
     * @param threads how many threads it has, if somebody has said that
     */
    static FairShare of(Executor executor, @Nullable IntSupplier threads) {
        if (threads != null) {
            return new FairShare(threads);
        } else if (executor instanceof XyExecutor ours) {
            return ours.share;
        } else if (executor instanceof ThreadPoolExecutor pool) {
            return new FairShare(() -> threadsOf(pool));
        } else if (executor instanceof ForkJoinPool pool) {
            return new FairShare(pool::getParallelism);
        }
        return new FairShare(() -> Integer.MAX_VALUE);
    }

    /** A pool with a queue grows beyond its core only when the queue is full, which few tasks don't make it. */
    private static int threadsOf(ThreadPoolExecutor pool) {
        boolean queues =
                pool.getQueue().remainingCapacity() > 0 || !pool.getQueue().isEmpty();
        return queues ? Math.max(1, pool.getCorePoolSize()) : pool.getMaximumPoolSize();
    }

    /** A thread begins to run along a lane. */
    void enter() {
        busy.incrementAndGet();
    }

    /** It doesn't any more. */
    void exit() {
        busy.decrementAndGet();
        wake();
    }

    /** @param mine how many of the busy threads would be the one that is asked for: 1 if that one asks */
    boolean allows(ThreadsOfPeer peer, int mine) {
        return allows(peer.held(), mine);
    }

    private boolean allows(int held, int mine) {
        if (held == 0) {
            return true;
        }
        int all = capacity.getAsInt();
        double free = (double) all - busy.get() + mine;
        return free > 0 && (double) held * all < 2 * free * free;
    }

    /** The same; if not, the peer's lane is told once it may be otherwise. */
    boolean allowsOrWaits(ThreadsOfPeer peer, int mine) {
        if (allows(peer, mine)) {
            return true;
        }
        synchronized (waiting) {
            peer.waits = true;
            waiting.add(peer);
            least = Math.min(least, peer.held());
        }
        return allows(peer, mine); // somebody may have ended meanwhile, and told nobody
    }

    /** The same for one of a group. */
    boolean allowsOrWaits(ThreadsOfPeer peer, Group group, int mine) {
        if (allows(group.held.get(), mine)) {
            return true;
        }
        synchronized (waiting) {
            group.waiting.add(peer);
            group.anyWaits = true;
        }
        return allows(group.held.get(), mine);
    }

    /** It holds nothing any more, and so needs not wait. */
    void forget(ThreadsOfPeer peer) {
        synchronized (waiting) {
            peer.waits = false;
            waiting.remove(peer);
        }
    }

    /** One thread is free: for whoever has waited longest of those who may have it. */
    void wake() {
        while (anyMay()) {
            ThreadsOfPeer next = next();
            if (next == null || next.resume()) {
                return;
            }
        }
    }

    /** Whether somebody may who waits. Every thread that ends asks, so the lock is not for this. */
    private boolean anyMay() {
        return (newcomers.anyWaits && allows(newcomers.held.get(), 0))
                || (least < Integer.MAX_VALUE && allows(least, 0))
                || (gone.anyWaits && allows(gone.held.get(), 0));
    }

    private @Nullable ThreadsOfPeer next() {
        synchronized (waiting) {
            ThreadsOfPeer found = next(newcomers);
            found = found == null ? nextByItself() : found;
            return found == null ? next(gone) : found;
        }
    }

    private @Nullable ThreadsOfPeer next(Group group) {
        if (group.waiting.isEmpty() || !allows(group.held.get(), 0)) {
            return null;
        }
        Iterator<ThreadsOfPeer> first = group.waiting.iterator();
        ThreadsOfPeer found = first.next();
        first.remove();
        group.anyWaits = first.hasNext();
        return found;
    }

    private @Nullable ThreadsOfPeer nextByItself() {
        if (waiting.isEmpty() || !allows(least, 0)) {
            return null;
        }
        int leastOfOthers = Integer.MAX_VALUE;
        ThreadsOfPeer found = null;
        for (Iterator<ThreadsOfPeer> each = waiting.iterator(); each.hasNext(); ) {
            ThreadsOfPeer peer = each.next();
            if (found == null && allows(peer, 0)) {
                found = peer;
                peer.waits = false;
                each.remove();
            } else {
                leastOfOthers = Math.min(leastOfOthers, peer.held());
            }
        }
        least = leastOfOthers;
        return found;
    }
}
