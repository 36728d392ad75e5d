package io.xywebsocket.spring.security;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.spring.server.HttpSessions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.security.core.session.SessionDestroyedEvent;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Closes the peers of who logs out, on all nodes, with 4401: those of the same HTTP session, and those that came without one, by a token
 * say, under the same name. The user's other sessions, on other devices, stay. Thread-safe.
 */
final class Logouts implements SmartApplicationListener {

    /** The subject of the notice to other nodes. */
    private static final String NOTICE = "logout";

    private static final String REASON = "logged out";

    private final HttpSessions sessions;
    private final ObjectProvider<XyPeers> peers;
    private final NodeMessages nodes;

    Logouts(HttpSessions sessions, ObjectProvider<XyPeers> peers, NodeMessages nodes) {
        this.sessions = sessions;
        this.peers = peers;
        this.nodes = nodes;
        nodes.listen(NOTICE, this::loggedOutElsewhere);
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
        List<String> ended = sessionsOfRequest();
        String user = event.getAuthentication().getName();
        ended.forEach(session -> sessions.end(session, REASON));
        closePeersWithoutSession(user);
        // session ids are secrets, so other nodes are told their hashes, then the name
        nodes.tell(NOTICE, ended.stream().map(TicketCipher::hash).collect(Collectors.joining(" ")) + '\n' + user);
    }

    private void loggedOutElsewhere(String notice) {
        int end = notice.indexOf('\n');
        List<String> hashes = List.of(notice.substring(0, Math.max(0, end)).split(" "));
        sessions.endAll(session -> hashes.contains(TicketCipher.hash(session)), REASON);
        closePeersWithoutSession(notice.substring(end + 1));
    }

    private void closePeersWithoutSession(String user) {
        for (XyPeer peer : peers.getObject().ofUser(user)) {
            if (!sessions.isWatched(peer)) {
                peer.close(XyPeer.LOGIN_ENDED, REASON);
            }
        }
    }

    /** The session that is logged out: alive still, if the application wants that, or gone, and then the client knows its id. */
    private static List<String> sessionsOfRequest() {
        if (!(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)) {
            return List.of();
        }
        HttpServletRequest request = attributes.getRequest();
        HttpSession alive = request.getSession(false);
        return Stream.of(alive == null ? null : alive.getId(), request.getRequestedSessionId())
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }
}
