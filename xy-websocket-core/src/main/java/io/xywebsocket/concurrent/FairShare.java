package io.xywebsocket.concurrent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shares an executor's threads among the handlers of all peers. A peer's share shrinks with the square of the free
 * threads: a single peer may hold half of all, a second one a fifth, the tenth a hundredth; about one part in 2n + 2
 * stays free. Threads are never taken back.
 *
 * <p>A peer may always hold one thread. All disconnected peers share as one peer, and so do all connecting ones.
 * Members beyond their share wait until a thread is free. Thread-safe; its lock is a leaf.
 *
 * @since 0.1
 */
public final class FairShare {

    /** A peer that shares threads. */
    public interface Member {

        /** Returns the number of threads that its handlers hold. */
        int held();

        /** Notes whether the member waits. */
        void setWaiting(boolean waiting);

        /** Offers another thread. Returns whether the member takes it. */
        boolean resume();
    }

    /** Peers that share as one. */
    public static final class Group {

        /** Threads that run entries of the group. */
        private final AtomicInteger held = new AtomicInteger();

        // guarded by FairShare.waiting
        private final Set<Member> waiting = new LinkedHashSet<>();

        /** Written under that lock. */
        private volatile boolean hasWaiting;

        public void enter() {
            held.incrementAndGet();
        }

        public void leave() {
            held.decrementAndGet();
        }
    }

    public final Group connecting = new Group();
    public final Group disconnected = new Group();

    private final IntSupplier capacity;

    /** Threads that run along an inbound queue. */
    private final AtomicInteger busy = new AtomicInteger();

    @GuardedBy("waiting")
    private final Set<Member> waiting = new LinkedHashSet<>();

    /**
     * The fewest threads that a waiting member holds; if that is too many, no search is needed. Written under the lock.
     */
    private volatile int least = Integer.MAX_VALUE;

    /** @param capacity the number of threads; asked only for peers whose handlers hold some */
    public FairShare(IntSupplier capacity) {
        this.capacity = capacity;
    }

    /** Counts a thread that begins to run along an inbound queue. */
    public void enter() {
        busy.incrementAndGet();
    }

    /** Counts a thread out and wakes a waiting member. */
    public void exit() {
        busy.decrementAndGet();
        wake();
    }

    /** @param ownThreads 1 if the asking thread already counts as busy, otherwise 0 */
    public boolean allows(Member peer, int ownThreads) {
        return allows(peer.held(), ownThreads);
    }

    private boolean allows(int held, int ownThreads) {
        if (held == 0) {
            return true;
        }
        int all = capacity.getAsInt();
        double free = (double) all - busy.get() + ownThreads;
        return free > 0 && (double) held * all < 2 * free * free;
    }

    /** As {@link #allows}; if not, the member is resumed later. */
    public boolean allowsOrEnqueues(Member peer, int ownThreads) {
        if (allows(peer, ownThreads)) {
            return true;
        }
        synchronized (waiting) {
            peer.setWaiting(true);
            waiting.add(peer);
            least = Math.min(least, peer.held());
        }
        return allows(peer, ownThreads); // a thread may have become free meanwhile
    }

    /** The same for a member of a group. */
    public boolean allowsOrEnqueues(Member peer, Group group, int ownThreads) {
        if (allows(group.held.get(), ownThreads)) {
            return true;
        }
        synchronized (waiting) {
            group.waiting.add(peer);
            group.hasWaiting = true;
        }
        return allows(group.held.get(), ownThreads);
    }

    /** The member holds no threads and needs to wait no longer. */
    public void forget(Member peer) {
        synchronized (waiting) {
            peer.setWaiting(false);
            waiting.remove(peer);
        }
    }

    /** Offers a free thread to the waiting member that is within its share and has waited longest. */
    public void wake() {
        while (anyMayResume()) {
            Member next = next();
            if (next == null || next.resume()) {
                return;
            }
        }
    }

    /** Returns whether a waiting member may have a thread. Lock-free, as every ending thread asks. */
    private boolean anyMayResume() {
        return (connecting.hasWaiting && allows(connecting.held.get(), 0))
                || (least < Integer.MAX_VALUE && allows(least, 0))
                || (disconnected.hasWaiting && allows(disconnected.held.get(), 0));
    }

    private @Nullable Member next() {
        synchronized (waiting) {
            Member found = next(connecting);
            found = found == null ? nextMember() : found;
            return found == null ? next(disconnected) : found;
        }
    }

    private @Nullable Member next(Group group) {
        if (group.waiting.isEmpty() || !allows(group.held.get(), 0)) {
            return null;
        }
        Iterator<Member> first = group.waiting.iterator();
        Member found = first.next();
        first.remove();
        group.hasWaiting = first.hasNext();
        return found;
    }

    @GuardedBy("waiting")
    private @Nullable Member nextMember() {
        if (waiting.isEmpty() || !allows(least, 0)) {
            return null;
        }
        int leastOfOthers = Integer.MAX_VALUE;
        Member found = null;
        for (Iterator<Member> each = waiting.iterator(); each.hasNext(); ) {
            Member peer = each.next();
            if (found == null && allows(peer, 0)) {
                found = peer;
                peer.setWaiting(false);
                each.remove();
            } else {
                leastOfOthers = Math.min(leastOfOthers, peer.held());
            }
        }
        least = leastOfOthers;
        return found;
    }
}
