package io.xywebsocket.spring.security;

import io.xywebsocket.spring.server.HttpSessions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/** Gives a ticket to whoever POSTs and has logged in, as {@code {"ticket":"…","lifetime":30}}, in seconds. Immutable. */
final class TicketOffice implements HttpRequestHandler {

    private final Tickets tickets;
    private final HttpSessions sessions;

    private TicketOffice(Tickets tickets, HttpSessions sessions) {
        this.tickets = tickets;
        this.sessions = sessions;
    }

    static SimpleUrlHandlerMapping mapping(String path, Tickets tickets, HttpSessions sessions) {
        return new SimpleUrlHandlerMapping(Map.of(path, new TicketOffice(tickets, sessions)), -1);
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!"POST".equals(request.getMethod())) {
            response.setHeader("Allow", "POST");
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        } else if (request.getUserPrincipal() instanceof Authentication authentication) {
            String ticket = tickets.issue(new Tickets.Login(
                    authentication, sessions.ofLogin(request), request.getHeader(HttpHeaders.AUTHORIZATION)));
            byte[] body = "{\"ticket\":\"%s\",\"lifetime\":%d}"
                    .formatted(ticket, tickets.lifetime().toSeconds())
                    .getBytes(StandardCharsets.UTF_8);
            response.setHeader("Cache-Control", "no-store");
            response.setContentType("application/json");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        } else {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        }
    }
}
