package io.xywebsocket.spring.security;

import io.xywebsocket.XyPeers;
import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.spring.server.HttpSessions;
import io.xywebsocket.spring.server.SessionLogins;
import jakarta.servlet.Filter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * The parts that bring logins into handshakes and end what they have opened, which belong together. Immutable.
 *
 * @since 0.1
 */
public final class HandshakeSecurity {

    private final HttpSessions sessions;
    private final SecurityContextHolderStrategy holder;
    private final NodeMessages nodes;
    private final @Nullable Tickets tickets;

    /**
     * Without tickets.
     *
     * @param sessions ends peers with their HTTP sessions
     * @param holder   makes the contexts in which the security chain finds logins
     * @param nodes    tells other nodes of logouts, and asks them about their tickets
     */
    public HandshakeSecurity(HttpSessions sessions, SecurityContextHolderStrategy holder, NodeMessages nodes) {
        this(sessions, holder, nodes, null);
    }

    private HandshakeSecurity(
            HttpSessions sessions,
            SecurityContextHolderStrategy holder,
            NodeMessages nodes,
            @Nullable Tickets tickets) {
        this.sessions = sessions;
        this.holder = holder;
        this.nodes = nodes;
        this.tickets = tickets;
    }

    /** The same with tickets that may be used for so long. */
    public HandshakeSecurity tickets(Duration lifetime) {
        return new HandshakeSecurity(sessions, holder, nodes, new Tickets(lifetime, System::nanoTime, nodes));
    }

    /**
     * Goes before the security chain, and shows it tokens and tickets that come as sub-protocols.
     *
     * @param path the endpoint's
     */
    public Filter filter(String path) {
        return new HandshakeTokens(path, tickets, sessions, holder);
    }

    /** Goes behind the security chain, and compares its login with that of a ticket of another node. */
    public Filter ticketUserFilter() {
        return new TicketUser();
    }

    /**
     * Goes before the security chain, and watches the sessions that it will look into.
     *
     * @param paths the endpoint's, and that of the tickets if there are any
     */
    public Filter sessionFilter(List<String> paths) {
        return new SessionWatch(sessions, paths);
    }

    /** Knows the logins that Spring Security keeps in sessions. */
    public static SessionLogins sessionLogins() {
        return new SessionContexts();
    }

    /**
     * Where tickets are given out.
     *
     * @param path below the context path; who may POST there is for the security chain to say
     * @throws IllegalStateException if this is without tickets
     */
    public SimpleUrlHandlerMapping ticketMapping(String path) {
        if (tickets == null) {
            throw new IllegalStateException("There are no tickets");
        }
        return TicketOffice.mapping(path, tickets, sessions);
    }

    /** Hears of logouts, at any node, and of ends of sessions. */
    public SmartApplicationListener logouts(ObjectProvider<XyPeers> peers) {
        return new Logouts(sessions, peers, nodes);
    }
}
