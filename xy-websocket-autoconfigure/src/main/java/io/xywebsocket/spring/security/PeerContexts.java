package io.xywebsocket.spring.security;

import io.xywebsocket.XyPeer;
import java.security.Principal;
import java.util.List;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/** Makes a peer's login that of a thread, for as long as something runs for the peer. Thread-safe. */
final class PeerContexts {

    /** As everywhere in Spring Security: nobody is somebody too, so that rules have whom to ask about. */
    private static final Authentication NOBODY = new AnonymousAuthenticationToken(
            "xy-websocket", "anonymousUser", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

    private final SecurityContextHolderStrategy holder;

    PeerContexts(SecurityContextHolderStrategy holder) {
        this.holder = holder;
    }

    /** Who a peer is to Spring Security; a login that it doesn't know has a name and no authorities. */
    static Authentication authentication(XyPeer peer) {
        Principal principal = peer.principal();
        if (principal instanceof Authentication known) {
            return known;
        }
        return principal == null ? NOBODY : UsernamePasswordAuthenticationToken.authenticated(principal, "", List.of());
    }

    static boolean isNobody(XyPeer peer) {
        return peer.principal() == null;
    }

    /** Sets the peer's; returns what {@link #leave} needs. */
    SecurityContext enter(XyPeer peer) {
        SecurityContext before = holder.getContext();
        SecurityContext own = holder.createEmptyContext();
        own.setAuthentication(authentication(peer));
        holder.setContext(own);
        return before;
    }

    /** Puts back what was there: a thread that runs handlers may have been inside something else, another peer's handler say. */
    void leave(SecurityContext before) {
        if (before.getAuthentication() == null) {
            holder.clearContext();
        } else {
            holder.setContext(before);
        }
    }
}
