package io.xywebsocket.spring.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** A handshake as it would be if browsers could set headers. */
final class HandshakeRequest extends HttpServletRequestWrapper {

    private final List<String> protocols;
    private final @Nullable String authorization;
    private final boolean byTicket;

    /**
     * @param protocols the sub-protocols that are left
     * @param token     the token, unless the client has sent one in a header, which goes before it; null where a ticket logs in. The session
     *     that a cookie names then doesn't: chains would prefer it
     */
    HandshakeRequest(HttpServletRequest request, List<String> protocols, @Nullable String token) {
        super(request);
        this.byTicket = token == null;
        this.protocols = protocols;
        this.authorization =
                token == null || request.getHeader(HttpHeaders.AUTHORIZATION) != null ? null : "Bearer " + token;
    }

    @Override
    public @Nullable HttpSession getSession(boolean create) {
        return byTicket && !create ? null : super.getSession(create);
    }

    @Override
    public @Nullable String getHeader(String name) {
        List<String> own = own(name);
        if (own == null) {
            return super.getHeader(name);
        }
        return own.isEmpty() ? null : own.get(0);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        List<String> own = own(name);
        return own == null ? super.getHeaders(name) : Collections.enumeration(own);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        Set<String> names = new LinkedHashSet<>();
        for (String name : Collections.list(super.getHeaderNames())) {
            if (!name.equalsIgnoreCase(OfferedProtocols.HEADER) || !protocols.isEmpty()) {
                names.add(name);
            }
        }
        if (authorization != null) {
            names.add(HttpHeaders.AUTHORIZATION);
        }
        return Collections.enumeration(names);
    }

    /** Null if the header is as the client has sent it. */
    private @Nullable List<String> own(String name) {
        if (name.equalsIgnoreCase(OfferedProtocols.HEADER)) {
            return protocols.isEmpty() ? List.of() : List.of(String.join(", ", protocols));
        }
        return authorization != null && name.equalsIgnoreCase(HttpHeaders.AUTHORIZATION)
                ? List.of(authorization)
                : null;
    }
}
