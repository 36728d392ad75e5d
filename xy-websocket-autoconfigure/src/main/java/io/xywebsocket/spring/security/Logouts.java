package io.xywebsocket.spring.security;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.spring.server.HttpSessions;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.security.core.session.SessionDestroyedEvent;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Closes the peers of who logs out, with 4401: those of the same HTTP session, and those that came without one, by a token say, under the
 * same name. The user's other sessions, on other devices, stay. Thread-safe.
 */
final class Logouts implements SmartApplicationListener {

    private final HttpSessions sessions;
    private final ObjectProvider<XyPeers> peers;

    Logouts(HttpSessions sessions, ObjectProvider<XyPeers> peers) {
        this.sessions = sessions;
        this.peers = peers;
    }

    @Override
    public boolean supportsEventType(Class<? extends ApplicationEvent> type) {
        return LogoutSuccessEvent.class.isAssignableFrom(type) || SessionDestroyedEvent.class.isAssignableFrom(type);
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof LogoutSuccessEvent logout) {
            loggedOut(logout);
        } else if (event instanceof SessionDestroyedEvent ended) {
            // session stores that no container knows of, Spring Session's say, may tell by this alone
            sessions.end(ended.getId(), "the session has ended");
        }
    }

    private void loggedOut(LogoutSuccessEvent event) {
        String session = requestedSession();
        if (session != null) {
            sessions.end(session, "logged out"); // also if the logout leaves the session alive
        }
        for (XyPeer peer : peers.getObject().ofUser(event.getAuthentication().getName())) {
            if (!sessions.isWatched(peer)) {
                peer.close(ExpiryWatch.LOGIN_ENDED, "logged out");
            }
        }
    }

    private static @Nullable String requestedSession() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? attributes.getRequest().getRequestedSessionId()
                : null;
    }
}
