package io.xywebsocket.spring.server;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyPeer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Closes the peers of who logged in by an HTTP session, with 4401, when that session ends: by a logout, by its timeout, by
 * whatever else. Peers that came without a session, or without a login, are no concern of it. Thread-safe.
 *
 * @since 0.1
 */
public final class HttpSessions
        implements HandshakeNote, XyConnectionListener, HttpSessionListener, HttpSessionIdListener {

    /** Of the request: the session that was assigned. */
    private static final String ATTRIBUTE = WatchedSession.class.getName();

    /** Of the request: the session as it was before anybody asked who has logged in by it. */
    private static final String EXPECTED = ATTRIBUTE + ".EXPECTED";

    /** Weak, because a handshake may fail later without telling anybody; a peer keeps its own with its handshake. */
    private final Set<WatchedSession> watched = Collections.newSetFromMap(new WeakHashMap<>());

    private final @Nullable SessionLogins logins;

    /** @param logins null if every login of a request that has a session is that session's */
    public HttpSessions(@Nullable SessionLogins logins) {
        this.logins = logins;
    }

    /** Watches the session of a request from now on, if it has one, before anybody asks who has logged in by it. */
    public void expect(HttpServletRequest request) {
        request.setAttribute(EXPECTED, watch(request));
    }

    /**
     * The session by which a request has logged in, watched from {@link #expect} on, or from now on. A login that the session isn't known to
     * hold is taken for the session's nevertheless, unless the request has an {@code Authorization} header: applications may keep or
     * exchange logins in ways that can't be known here.
     *
     * @return null if nobody has logged in, or not by a session: by a token, say, with a cookie that came along
     */
    public @Nullable WatchedSession ofLogin(HttpServletRequest request) {
        WatchedSession before = request.getAttribute(EXPECTED) instanceof WatchedSession expected ? expected : null;
        Principal user = request.getUserPrincipal();
        if (user != null && before != null && before.keeps(user)) {
            return before;
        }
        // a login may have been added meanwhile, or have left
        WatchedSession now = watch(request);
        WatchedSession found = user == null ? left(before, now) : holder(user, request, before, now);
        forget(found == before ? null : before);
        forget(found == now ? null : now);
        return found;
    }

    /** A logout takes the login away from requests that are under way too. */
    private static @Nullable WatchedSession left(@Nullable WatchedSession before, @Nullable WatchedSession now) {
        boolean left = before != null && before.keepsAny() && (now == null || !now.keepsAny());
        return left ? before : null;
    }

    private static @Nullable WatchedSession holder(
            Principal user, HttpServletRequest request, @Nullable WatchedSession before, @Nullable WatchedSession now) {
        if (now != null && now.keeps(user)) {
            return now;
        }
        if (request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
            return null;
        }
        return before == null ? now : before;
    }

    private void forget(@Nullable WatchedSession unused) {
        if (unused != null) {
            synchronized (watched) {
                watched.remove(unused);
            }
        }
    }

    private @Nullable WatchedSession watch(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null) {
            return null;
        }
        WatchedSession watch = new WatchedSession(session.getId());
        synchronized (watched) {
            watched.add(watch);
        }
        while (!watch.is(session.getId())) { // it was changed when nobody saw that it is watched
            watch.rename(session.getId());
        }
        watch.keep(loginsOf(session)); // not before it is watched: they may end in between
        return watch;
    }

    private @Nullable List<? extends Principal> loginsOf(HttpSession session) {
        try {
            return logins == null ? null : logins.of(session);
        } catch (IllegalStateException over) {
            return List.of();
        }
    }

    /** The peer that this request opens is to end with that session and no other. */
    public void assign(HttpServletRequest request, WatchedSession session) {
        request.setAttribute(ATTRIBUTE, session);
    }

    /** Whether a peer ends with a session. */
    public boolean isWatched(XyPeer peer) {
        return XyInternals.note(peer.handshake(), WatchedSession.class) != null;
    }

    /** A session has ended: so do the peers that came by it. A second time does nothing. */
    public void end(String sessionId, String reason) {
        endAll(sessionId::equals, reason);
    }

    /** As {@link #end}, for sessions whose id meets a condition. */
    public void endAll(Predicate<String> id, String reason) {
        List<WatchedSession> all;
        synchronized (watched) {
            all = List.copyOf(watched);
        }
        all.stream().filter(watch -> id.test(watch.id())).forEach(watch -> watch.end(reason));
    }

    private List<WatchedSession> watchesOf(String sessionId) {
        synchronized (watched) {
            return watched.stream().filter(watch -> watch.is(sessionId)).toList();
        }
    }

    @Override
    public void take(HttpServletRequest request, XyHandshake handshake) {
        WatchedSession session =
                request.getAttribute(ATTRIBUTE) instanceof WatchedSession assigned ? assigned : ofLogin(request);
        if (session != null) {
            XyInternals.note(handshake, WatchedSession.class, session);
        }
    }

    @Override
    public void connected(XyPeer peer) {
        WatchedSession session = XyInternals.note(peer.handshake(), WatchedSession.class);
        if (session != null) {
            session.connected(peer);
        }
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {}

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        end(event.getSession().getId(), "the session has ended");
    }

    @Override
    public void sessionIdChanged(HttpSessionEvent event, String oldId) {
        watchesOf(oldId).forEach(watch -> watch.rename(event.getSession().getId()));
    }
}
