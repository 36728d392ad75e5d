package io.xywebsocket.spring.security;

import io.xywebsocket.spring.server.SessionLogins;
import io.xywebsocket.untrusted.LogText;
import jakarta.servlet.http.HttpSession;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;

/**
 * Finds what Spring Security keeps in a session: under its usual name or else, and then all of the session is read, under whatever name the
 * application's chain has given it. Thread-safe.
 */
final class SessionContexts implements SessionLogins {

    private static final Logger log = LoggerFactory.getLogger(SessionContexts.class);

    private static final String USUAL = HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY;

    @Override
    public List<Authentication> of(HttpSession session) {
        List<Authentication> usual = login(session, USUAL).toList();
        return usual.isEmpty()
                ? Collections.list(session.getAttributeNames()).stream()
                        .flatMap(name -> login(session, name))
                        .toList()
                : usual;
    }

    private static Stream<Authentication> login(HttpSession session, String name) {
        try {
            return session.getAttribute(name) instanceof SecurityContext context
                    ? Stream.ofNullable(context.getAuthentication())
                    : Stream.empty();
        } catch (RuntimeException e) {
            log.debug("An attribute of a session can't be read", LogText.of(e));
            return Stream.empty();
        }
    }
}
