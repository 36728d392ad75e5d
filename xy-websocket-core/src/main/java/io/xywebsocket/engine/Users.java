package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which users are online. A user whose last member has gone stays online for the linger time. Changes are notified one
 * after the other; those that cancel each other out before they are notified are not. Thread-safe.
 */
final class Users {

    private static final class User {
        int members;
        /** What listeners have been notified of. */
        boolean toldOnline;

        XyClock.@Nullable Timer linger;
        /** When it is over, of the clock. */
        long lingerEnd;

        boolean isOnline() {
            return members > 0 || linger != null;
        }
    }

    /** The shortest time between two looks at the pending connection of a lingering user. */
    private static final Duration ADMISSION_CHECK = Duration.ofMillis(100);

    private final XyClock clock;
    private final Duration linger;
    private final Predicate<String> isBack;
    private final Executor executor;
    private final Consumer<String> online;
    private final Consumer<String> offline;

    @GuardedBy("this")
    private final Map<String, User> users = new HashMap<>();

    @GuardedBy("this")
    private final Set<String> changed = new LinkedHashSet<>();

    @GuardedBy("this")
    private boolean notifying;

    @GuardedBy("this")
    private boolean closed;

    /**
     * @param linger   zero for none
     * @param isBack   whether a user has a member that is being let in
     * @param executor runs the notifications; never refuses
     */
    Users(
            XyClock clock,
            Duration linger,
            Predicate<String> isBack,
            Executor executor,
            Consumer<String> online,
            Consumer<String> offline) {
        this.clock = clock;
        this.linger = linger;
        this.isBack = isBack;
        this.executor = executor;
        this.online = online;
        this.offline = offline;
    }

    /** A user has one member more; {@link #startNotifying} follows. */
    synchronized void connected(String name) {
        User user = users.computeIfAbsent(name, key -> new User());
        user.members++;
        cancelLinger(user);
        note(name, user);
    }

    /** Counts a member of a user without notifying listeners, as the user was online before. */
    synchronized void wasThere(String name) {
        User user = users.computeIfAbsent(name, key -> new User());
        user.toldOnline = true;
        user.members++;
        cancelLinger(user);
        changed.remove(name);
    }

    /**
     * A user has one member less; {@link #startNotifying} follows.
     *
     * @param longer is added to the linger time
     */
    synchronized void gone(String name, Duration longer) {
        User user = users.get(name);
        if (user == null || --user.members > 0) {
            return;
        }
        Duration pause = linger.plus(longer);
        if (pause.isZero()) {
            note(name, user);
        } else if (!closed) {
            linger(name, user, pause);
        }
    }

    @GuardedBy("this")
    private void linger(String name, User user, Duration pause) {
        XyClock.Timer[] timer = new XyClock.Timer[1];
        user.lingerEnd = clock.nanoTime() + pause.toNanos();
        timer[0] = clock.schedule(() -> lingered(name, user, timer), pause);
        user.linger = timer[0];
    }

    /** Returns the users who linger, and how long they will. */
    synchronized Map<String, Duration> lingering() {
        Map<String, Duration> lingering = new HashMap<>();
        long now = clock.nanoTime();
        users.forEach((name, user) -> {
            if (user.linger != null) {
                lingering.put(name, Duration.ofNanos(Math.max(0, user.lingerEnd - now)));
            }
        });
        return lingering;
    }

    /** A user lingers; listeners are not notified, as the user was online before. */
    synchronized void wasLingering(String name, Duration left) {
        if (closed) {
            return;
        }
        User user = users.get(name);
        if (user == null) {
            user = new User();
            user.toldOnline = true;
            users.put(name, user);
            linger(name, user, left);
        } else if (user.members == 0 && (user.linger == null || user.lingerEnd - clock.nanoTime() < left.toNanos())) {
            cancelLinger(user);
            linger(name, user, left);
            note(name, user);
        }
    }

    private void lingered(String name, User user, XyClock.Timer[] timer) {
        synchronized (this) {
            if (user.linger != timer[0]) {
                return; // is back
            }
            user.linger = null;
            if (isBack.test(name)) {
                linger(name, user, linger.compareTo(ADMISSION_CHECK) < 0 ? ADMISSION_CHECK : linger);
                return;
            }
            note(name, user);
        }
        startNotifying();
    }

    synchronized boolean isOnline(String name) {
        User user = users.get(name);
        return user != null && user.isOnline();
    }

    /** Ends the timers, and sets no more. */
    synchronized void close() {
        closed = true;
        users.values().forEach(Users::cancelLinger);
    }

    private static void cancelLinger(User user) {
        if (user.linger != null) {
            user.linger.cancel();
            user.linger = null;
        }
    }

    @GuardedBy("this")
    private void note(String name, User user) {
        if (user.isOnline() == user.toldOnline) {
            changed.remove(name);
            forgetIfGone(name, user);
        } else {
            changed.add(name);
        }
    }

    @GuardedBy("this")
    private void forgetIfGone(String name, User user) {
        if (!user.isOnline() && !user.toldOnline) {
            users.remove(name);
        }
    }

    /** Notifies of what has changed. Not under a lock, as the executor may run it at once. */
    void startNotifying() {
        synchronized (this) {
            if (notifying || changed.isEmpty()) {
                return;
            }
            notifying = true;
        }
        executor.execute(() -> {
            for (Runnable next; (next = nextNotice()) != null; ) {
                next.run();
            }
        });
    }

    private synchronized @Nullable Runnable nextNotice() {
        while (!changed.isEmpty()) {
            String name = changed.iterator().next();
            changed.remove(name);
            User user = users.get(name);
            if (user != null && user.isOnline() != user.toldOnline) {
                user.toldOnline = user.isOnline();
                Consumer<String> notice = user.toldOnline ? online : offline;
                forgetIfGone(name, user);
                return () -> notice.accept(name);
            }
        }
        notifying = false;
        return null;
    }
}
