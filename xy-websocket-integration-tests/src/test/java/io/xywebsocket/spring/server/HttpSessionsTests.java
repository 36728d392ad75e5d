package io.xywebsocket.spring.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpSession;

class HttpSessionsTests {

    private final HttpSessions sessions = new HttpSessions(null);

    /** As a login by another request changes it. */
    private final class ChangedWhileItIsRead extends MockHttpSession {

        private boolean read;

        @Override
        public String getId() {
            String id = super.getId();
            if (!read) {
                read = true;
                changeSessionId();
                sessions.sessionIdChanged(new HttpSessionEvent(this), id);
            }
            return id;
        }
    }

    @Test
    void aSessionWhoseIdChangesWhenItIsAboutToBeWatchedEndsItsPeersAllTheSame() {
        HttpSession session = new ChangedWhileItIsRead();
        WatchedSession watch = watch(session);
        sessions.end(session.getId(), "logged out");
        assertThat(watch.isOver()).isTrue();
    }

    @Test
    void aSessionIsWatchedUnderItsNewId() {
        MockHttpSession session = new MockHttpSession();
        WatchedSession watch = watch(session);
        String id = session.getId();
        session.changeSessionId();
        sessions.sessionIdChanged(new HttpSessionEvent(session), id);
        sessions.end(id, "another's");
        assertThat(watch.isOver()).isFalse();
        sessions.end(session.getId(), "logged out");
        assertThat(watch.isOver()).isTrue();
    }

    private WatchedSession watch(HttpSession session) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setSession(session);
        request.setUserPrincipal(() -> "somebody");
        HttpServletRequest handshake = request;
        sessions.expect(handshake);
        return Objects.requireNonNull(sessions.ofLogin(handshake));
    }
}
