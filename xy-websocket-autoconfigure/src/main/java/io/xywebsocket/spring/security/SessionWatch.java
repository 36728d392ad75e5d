package io.xywebsocket.spring.security;

import io.xywebsocket.spring.server.HttpSessions;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.UrlPathHelper;

/**
 * Watches the session of handshakes, and of who fetches tickets, before the security chain looks into it: a logout that comes between the
 * chain's answer and the connection must not be missed. Thread-safe.
 */
final class SessionWatch extends OncePerRequestFilter implements Ordered {

    /** Long before the security chain, and behind whatever brings sessions of its own or, for a ticket, hides them. */
    private static final int ORDER = HandshakeTokens.ORDER + 1;

    private final HttpSessions sessions;
    private final List<String> paths;

    /** @param paths the endpoint's, and that of the tickets if there are any */
    SessionWatch(HttpSessions sessions, List<String> paths) {
        this.sessions = sessions;
        this.paths = paths;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = UrlPathHelper.defaultInstance.getPathWithinApplication(request);
        return paths.stream().noneMatch(path::endsWith); // the servlet may have a path of its own
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        sessions.expect(request);
        chain.doFilter(request, response);
    }
}
