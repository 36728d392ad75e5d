package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notifies listeners of members, groups and users. Thread-safe. */
final class PresenceNotices {

    private static final Logger log = LoggerFactory.getLogger(PresenceNotices.class);

    private final List<XyPresenceListener> listeners;
    private final Users users;
    private final LogThrottle failures;

    /** @param isBack whether a user has a peer that is being let in */
    PresenceNotices(PresenceSettings settings, XyClock clock, Tasks tasks, Predicate<String> isBack) {
        this.listeners = settings.listeners();
        this.failures = new LogThrottle(clock);
        this.users = new Users(
                clock,
                settings.linger(),
                isBack,
                tasks::executeAlways,
                user -> notifyEach(listener -> listener.userOnline(user)),
                user -> notifyEach(listener -> listener.userOffline(user)));
    }

    void connected(XyMember member) {
        notifyEach(listener -> listener.memberConnected(member));
    }

    void gone(XyMember member, int code) {
        notifyEach(listener -> listener.memberGone(member, code));
    }

    void joined(XyMember member, String group) {
        notifyEach(listener -> listener.joined(member, group));
    }

    void left(XyMember member, String group) {
        notifyEach(listener -> listener.left(member, group));
    }

    private void notifyEach(Consumer<XyPresenceListener> notice) {
        for (XyPresenceListener listener : listeners) {
            try {
                notice.accept(listener);
            } catch (Throwable t) {
                if (failures.tryAcquire()) {
                    String more = failures.takeSuppressed("more failures");
                    LogText.quietly(() -> log.error("A listener of presence failed{}", more, LogText.of(t)));
                }
            }
        }
    }

    boolean hasListeners() {
        return !listeners.isEmpty();
    }

    // ---- users: counted under any lock, notified on the executor

    /** Follows each change, without a lock. */
    void notifyOfUsers() {
        users.startNotifying();
    }

    void userConnected(String user) {
        users.connected(user);
    }

    /** Counts a member of a user who was online before this node knew. */
    void userWasThere(String user) {
        users.wasThere(user);
    }

    /** @param longer how much longer than others the user stays online */
    void userGone(String user, Duration longer) {
        users.gone(user, longer);
    }

    /** Returns the users without members who count as online, and how long they will. */
    Map<String, Duration> lingeringUsers() {
        return users.lingering();
    }

    /** A user lingers who was online before this node knew. */
    void userWasLingering(String user, Duration left) {
        users.wasLingering(user, left);
    }

    boolean isOnline(String user) {
        return users.isOnline(user);
    }

    void close() {
        users.close();
    }
}
