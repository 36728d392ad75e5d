package io.xywebsocket.spring.security;

import io.xywebsocket.spring.server.SessionLogins;
import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;

/** Finds what Spring Security keeps in a session, under whatever name the application's chain has given it. */
final class SessionContexts implements SessionLogins {

    @Override
    public List<Authentication> of(HttpSession session) {
        List<Authentication> logins = new ArrayList<>();
        for (String name : Collections.list(session.getAttributeNames())) {
            if (session.getAttribute(name) instanceof SecurityContext context && context.getAuthentication() != null) {
                logins.add(context.getAuthentication());
            }
        }
        return logins;
    }
}
