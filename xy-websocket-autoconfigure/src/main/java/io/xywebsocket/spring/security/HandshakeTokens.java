package io.xywebsocket.spring.security;

import io.xywebsocket.XyException;
import io.xywebsocket.spring.server.HttpSessions;
import io.xywebsocket.untrusted.LogText;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.UrlPathHelper;

/**
 * Lets the security chain see what a browser can only offer as a sub-protocol, {@code xy.bearer.TOKEN}: a token as the
 * {@code Authorization} header that it would have been, a ticket as the login that it stands for. Nothing behind this filter sees
 * the sub-protocol, so nothing can echo it. Thread-safe.
 */
final class HandshakeTokens extends OncePerRequestFilter implements Ordered {

    private static final Logger log = LoggerFactory.getLogger(HandshakeTokens.class);

    /** Long before the security chain, which is at -100 unless the application says otherwise. */
    static final int ORDER = HIGHEST_PRECEDENCE + 100;

    private final @Nullable Tickets tickets;
    private final String path;
    private final HttpSessions sessions;
    private final SecurityContextHolderStrategy holder;
    private final RequestAttributeSecurityContextRepository logins = new RequestAttributeSecurityContextRepository();

    /**
     * @param path    the endpoint's: nowhere else does a ticket or a sub-protocol's token count
     * @param tickets null if there are none
     */
    HandshakeTokens(
            String path, @Nullable Tickets tickets, HttpSessions sessions, SecurityContextHolderStrategy holder) {
        this.path = path;
        this.tickets = tickets;
        this.sessions = sessions;
        this.holder = holder;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                && "GET".equals(request.getMethod())
                && UrlPathHelper.defaultInstance
                        .getPathWithinApplication(request)
                        .endsWith(path)); // the servlet may have a path of its own
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        OfferedProtocols offered = OfferedProtocols.of(request);
        String token = offered.token();
        if (token == null) {
            chain.doFilter(request, response);
        } else if (tickets == null || !Tickets.isTicket(token)) {
            chain.doFilter(HandshakeRequest.withToken(request, offered.others(), token), response);
        } else if (tickets.issuer(token) != null) {
            byTicketOfAnotherNode(tickets, token, offered, request, response, chain);
        } else if (isAdmitted(tickets.redeem(token), request, response)) {
            chain.doFilter(HandshakeRequest.loggedIn(request, offered.others()), response);
        } else {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        }
    }

    /** The security chain of this node logs in; {@link TicketUser} compares what it has found. */
    private static void byTicketOfAnotherNode(
            Tickets tickets,
            String ticket,
            OfferedProtocols offered,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws ServletException, IOException {
        Tickets.LoginElsewhere login;
        try {
            login = tickets.redeemAt(Objects.requireNonNull(tickets.issuer(ticket)), ticket);
        } catch (XyException e) {
            log.debug("A ticket can't be redeemed at the node that has issued it: {}", LogText.of(e));
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        if (login == null) {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            return;
        }
        TicketUser.expect(request, login.user());
        chain.doFilter(HandshakeRequest.withAuthorization(request, offered.others(), login.authorization()), response);
    }

    private boolean isAdmitted(
            Tickets.@Nullable Login login, HttpServletRequest request, HttpServletResponse response) {
        if (login == null) {
            return false;
        }
        SecurityContext context = holder.createEmptyContext();
        context.setAuthentication(login.authentication());
        logins.saveContext(context, request, response); // where the chain looks for logins made by others
        if (login.session() != null) {
            sessions.assign(request, login.session());
        }
        return true;
    }
}
