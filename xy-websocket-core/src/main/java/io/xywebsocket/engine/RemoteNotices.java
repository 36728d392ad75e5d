package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.IdentityHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notifies listeners of the members of other nodes, one after the other and away from the cluster's thread. While a
 * listener blocks, each member waits once, however often its groups change. Thread-safe.
 */
final class RemoteNotices {

    private final PresenceNotices notices;
    private final Executor executor;

    /** By identity: a member that comes back with its node is another object, whose notices follow. */
    @GuardedBy("this")
    private final IdentityHashMap<RemoteMember, PendingNotices> pending = new IdentityHashMap<>();

    RemoteNotices(PresenceNotices notices, Tasks tasks) {
        this.notices = notices;
        this.executor = new OneByOne(tasks);
    }

    /** Notes a change of a member, of which listeners hear. */
    void note(RemoteMember member, Consumer<PendingNotices> change) {
        if (!notices.hasListeners()) {
            return;
        }
        boolean waits;
        synchronized (this) {
            waits = pending.containsKey(member);
            change.accept(pending.computeIfAbsent(member, key -> new PendingNotices()));
        }
        if (!waits) {
            executor.execute(() -> notifyOf(member));
        }
    }

    /** Notifies of one change, so that others have their turn. */
    private void notifyOf(RemoteMember member) {
        do {
            Runnable notice = next(member);
            if (notice == null) {
                return;
            }
            notice.run();
        } while (!waitsAgain(member));
    }

    private synchronized @Nullable Runnable next(RemoteMember member) {
        PendingNotices changes = pending.get(member);
        Runnable next = changes == null ? null : changes.next(notices, member);
        if (next == null) {
            pending.remove(member);
        }
        return next;
    }

    /** Returns false for a member that has gone: what follows may be of the same member at the same node again. */
    private synchronized boolean waitsAgain(RemoteMember member) {
        PendingNotices changes = pending.get(member);
        if (changes != null && changes.hasGone()) {
            return false;
        }
        executor.execute(() -> notifyOf(member)); // in its order; only queued, as this runs
        return true;
    }
}
