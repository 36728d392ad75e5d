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
    private final boolean hidesSession;

    /**
     * @param protocols     the sub-protocols that are left
     * @param authorization a header in the place of the client's; null for the client's
     * @param hidesSession  whether the session that a cookie names does not log in: chains would prefer it
     */
    private HandshakeRequest(
            HttpServletRequest request, List<String> protocols, @Nullable String authorization, boolean hidesSession) {
        super(request);
        this.protocols = protocols;
        this.authorization = authorization;
        this.hidesSession = hidesSession;
    }

    /** @param token goes behind one that the client has sent in a header */
    static HandshakeRequest withToken(HttpServletRequest request, List<String> protocols, String token) {
        boolean hasOwn = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
        return new HandshakeRequest(request, protocols, hasOwn ? null : "Bearer " + token, false);
    }

    /** A ticket of this node has logged in. */
    static HandshakeRequest loggedIn(HttpServletRequest request, List<String> protocols) {
        return new HandshakeRequest(request, protocols, null, true);
    }

    /** The security chain is to log in by the header that a ticket was fetched with; null: by what the handshake has. */
    static HandshakeRequest withAuthorization(
            HttpServletRequest request, List<String> protocols, @Nullable String header) {
        return new HandshakeRequest(request, protocols, header, header != null);
    }

    @Override
    public @Nullable HttpSession getSession(boolean create) {
        return hidesSession && !create ? null : super.getSession(create);
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
