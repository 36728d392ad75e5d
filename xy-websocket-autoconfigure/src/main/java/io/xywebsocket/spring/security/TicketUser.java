package io.xywebsocket.spring.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a handshake with a ticket of another node unless the security chain of this one has found the user who fetched
 * it. Thread-safe.
 */
final class TicketUser extends OncePerRequestFilter implements Ordered {

    /** The request attribute with the name of the user. */
    private static final String EXPECTED = TicketUser.class.getName();

    static void expect(HttpServletRequest request, String user) {
        request.setAttribute(EXPECTED, user);
    }

    /** Behind the security chain, wherever the application has it. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getAttribute(EXPECTED) == null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Principal user = request.getUserPrincipal();
        if (user != null && request.getAttribute(EXPECTED).equals(user.getName())) {
            chain.doFilter(request, response);
        } else {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        }
    }
}
