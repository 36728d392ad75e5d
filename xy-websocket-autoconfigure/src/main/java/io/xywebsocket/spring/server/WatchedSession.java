package io.xywebsocket.spring.server;

import io.xywebsocket.XyPeer;
import java.security.Principal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP session in which somebody had logged in whose peer ends with it: one for each handshake, kept with it. Made by
 * {@link HttpSessions}. Thread-safe.
 *
 * @since 0.1
 */
public final class WatchedSession {

    // guarded by this
    private String id;
    private @Nullable List<? extends Principal> logins = List.of();
    private @Nullable XyPeer peer;
    private @Nullable String ended;

    WatchedSession(String id) {
        this.id = id;
    }

    /** Whether the session is over. */
    public synchronized boolean isOver() {
        return ended != null;
    }

    /** @param theirs who has logged in by it; null if that is whoever comes with it */
    synchronized void keep(@Nullable List<? extends Principal> theirs) {
        logins = theirs;
    }

    /** Whether a login is one of this session's: of the same kind and name, as stores may give each request a copy of its own. */
    synchronized boolean keeps(Principal user) {
        return logins == null
                || logins.stream()
                        .anyMatch(login ->
                                login.getClass() == user.getClass() && Objects.equals(login.getName(), user.getName()));
    }

    /** Whether it is known to be somebody's. */
    synchronized boolean keepsAny() {
        return logins != null && !logins.isEmpty();
    }

    synchronized String id() {
        return id;
    }

    synchronized boolean is(String sessionId) {
        return id.equals(sessionId);
    }

    synchronized void rename(String newId) {
        id = newId;
    }

    void connected(XyPeer opened) {
        synchronized (this) {
            peer = opened;
        }
        closeIfOver();
    }

    void end(String reason) {
        synchronized (this) {
            ended = reason;
        }
        closeIfOver();
    }

    private void closeIfOver() {
        XyPeer opened;
        String reason;
        synchronized (this) {
            opened = peer;
            reason = ended;
        }
        if (opened != null && reason != null) {
            opened.close(XyPeer.LOGIN_ENDED, reason);
        }
    }

    /** Not the id: whoever has it has the session. */
    @Override
    public String toString() {
        return "WatchedSession";
    }
}
