package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The user and the groups of one connection, which stand in the directory while the connection lives. Thread-safe; no
 * code of the application runs under the lock.
 */
final class Membership {

    private final Directory directory;
    private final ConnectionPeer peer;

    @GuardedBy("this")
    private Set<String> groups = Set.of();

    @GuardedBy("this")
    private @Nullable String user;

    @GuardedBy("this")
    private boolean ended;

    /** True once listeners of presence are notified of the member. */
    @GuardedBy("this")
    private boolean announced;

    /** The changes of which listeners are to be notified; mostly null. */
    @GuardedBy("this")
    private @Nullable PendingNotices pending;

    /** Whether a thread notifies listeners of this member. */
    @GuardedBy("this")
    private boolean notifying;

    Membership(Directory directory, ConnectionPeer peer) {
        this.directory = directory;
        this.peer = peer;
    }

    boolean isOf(Directory other) {
        return directory == other;
    }

    String node() {
        return directory.node;
    }

    /** @param set sets the peer's user; under the lock, as the last of two threads must set both */
    void identify(@Nullable String name, Runnable set) {
        synchronized (this) {
            set.run();
            if (ended || Objects.equals(user, name)) {
                return; // a renewed login: at no time the peer is missing among those of its user
            }
            String former = user;
            user = name;
            directory.onIdentified(peer, former, name, announced);
        }
        directory.notices.notifyOfUsers();
    }

    /** The connect hook has let the peer in: listeners are notified of it, and of the groups that it has joined. */
    void announce() {
        synchronized (this) {
            if (ended) {
                return;
            }
            announced = true;
            directory.onAnnounced(peer, user, Set.copyOf(groups));
            pending().connected();
            groups.forEach(pending()::joined);
            notifying = true; // by this thread, before it handles anything else of the peer
        }
        notifyAllNotices();
        directory.notices.notifyOfUsers();
    }

    boolean join(String group, int maxGroups) {
        GroupName.check(group);
        synchronized (this) {
            if (ended || groups.contains(group)) {
                return false;
            }
            if (groups.size() >= maxGroups) {
                throw new XyException(429, "In " + maxGroups + " groups already, see max-groups-per-peer");
            }
            if (groups.isEmpty()) {
                groups = new LinkedHashSet<>(4);
            }
            groups.add(group);
            directory.onJoined(peer, group, announced);
            if (announced) {
                pending().joined(group);
            }
        }
        startNotifying();
        return true;
    }

    boolean leave(String group) {
        synchronized (this) {
            if (!groups.contains(group)) {
                return false;
            }
            groups.remove(group);
            directory.onLeft(peer, group, announced);
            if (announced) {
                pending().left(group);
            }
        }
        startNotifying();
        return true;
    }

    // ---- notices: one after the other, without the lock

    @GuardedBy("this")
    private PendingNotices pending() {
        PendingNotices changes = pending;
        if (changes == null) {
            changes = new PendingNotices();
            pending = changes;
        }
        return changes;
    }

    private void startNotifying() {
        synchronized (this) {
            if (notifying || pending == null) {
                return;
            }
            notifying = true;
        }
        notifyAllNotices();
    }

    private void notifyAllNotices() {
        for (Runnable next; (next = nextNotice()) != null; ) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable nextNotice() {
        Runnable next = pending == null ? null : pending.next(directory.notices, peer);
        if (next == null) {
            pending = null;
            notifying = false;
        }
        return next;
    }

    synchronized Set<String> groups() {
        return Set.copyOf(groups);
    }

    /** Does something with the peer only while it is one of the addressees: it can't leave meanwhile. */
    synchronized <T> @Nullable T whileAmong(Addressees addressees, Supplier<T> action) {
        boolean among =
                switch (addressees.kind()) {
                    case EVERYBODY -> true;
                    case GROUPS -> !Collections.disjoint(groups, addressees.names());
                    case USERS -> user != null && addressees.names().contains(user);
                };
        return among ? action.get() : null;
    }

    /** The connection has ended. */
    void end(int code) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            groups.forEach(group -> directory.groups.remove(group, peer));
            groups = Set.of();
            directory.onEnded(peer, user, code, announced);
        }
        directory.notices.notifyOfUsers();
    }

    /** All that the peer has sent is handled, and the application knows of its end. */
    void gone(int code) {
        synchronized (this) {
            if (announced) {
                pending().gone(code);
            }
        }
        startNotifying();
    }
}
