package io.xywebsocket.spring.server;

import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.util.List;

/**
 * Knows the logins that HTTP sessions keep, so that requests which log in otherwise, though with a session's cookie, can be told apart.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SessionLogins {

    /**
     * Who has logged in by a session, at this moment.
     *
     * @throws IllegalStateException if the session is over
     */
    List<? extends Principal> of(HttpSession session);
}
