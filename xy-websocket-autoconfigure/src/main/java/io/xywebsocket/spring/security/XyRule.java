package io.xywebsocket.spring.security;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlerInfo;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPeer;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.authorization.AuthenticatedAuthorizationManager;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;

/**
 * Who may use handlers that are registered at run time, where no annotation can say it:
 * {@code XyRule.hasRole("CLERK").guard(handlers).register("stock.take", Order.class, this::take)}. Whoever may not gets 403, or 401
 * without a login; a refused event is logged. Immutable.
 *
 * @since 0.1
 */
public final class XyRule {

    @FunctionalInterface
    private interface Check {
        boolean passes(Authentication authentication, XyPeer peer);
    }

    private final Check check;

    private XyRule(Check check) {
        this.check = check;
    }

    /** Everybody may, whether logged in or not: for what is meant to be open although {@code deny-by-default} is on. */
    public static XyRule permitAll() {
        return new XyRule((authentication, peer) -> true);
    }

    /** Whoever has logged in may. */
    public static XyRule authenticated() {
        return of(AuthenticatedAuthorizationManager.authenticated());
    }

    /**
     * Whoever has one of these roles may.
     *
     * @param roles without the prefix {@code ROLE_}
     */
    public static XyRule hasRole(String... roles) {
        return of(AuthorityAuthorizationManager.hasAnyRole(roles));
    }

    /**
     * Whoever has one of these authorities may.
     *
     * @param authorities as they are, {@code SCOPE_stock:write} for example
     */
    public static XyRule hasAuthority(String... authorities) {
        return of(AuthorityAuthorizationManager.hasAnyAuthority(authorities));
    }

    /**
     * Whoever a rule of Spring Security's lets pass may.
     *
     * @param rule asked for each call and event, on the handler's thread; null as its answer lets pass, as elsewhere in Spring Security
     */
    public static XyRule of(AuthorizationManager<? super XyPeer> rule) {
        return new XyRule((authentication, peer) -> {
            AuthorizationResult result = rule.authorize(() -> authentication, peer);
            return result == null || result.isGranted();
        });
    }

    /**
     * A view of handlers: what is registered by it has this rule.
     *
     * @param handlers where it is registered in fact
     */
    public XyHandlers guard(XyHandlers handlers) {
        return handlers.guardedBy(new Guard(this));
    }

    private void require(XyPeer peer) {
        if (check.passes(PeerContexts.authentication(peer), peer)) {
            return;
        }
        if (PeerContexts.isNobody(peer)) {
            throw new InsufficientAuthenticationException("Nobody has logged in");
        }
        throw new AccessDeniedException("Access denied");
    }

    private record Guard(XyRule rule) implements XyHandlerDecorator {

        @Override
        public XyFunction function(XyHandlerInfo handler, XyFunction function) {
            return (name, payload, peer) -> {
                rule.require(peer);
                return function.call(name, payload, peer);
            };
        }

        @Override
        public XyListener listener(XyHandlerInfo handler, XyListener listener) {
            XyListener.Awaited guarded = (name, payload, peer) -> {
                rule.require(peer);
                return listener.handle(name, payload, peer);
            };
            return guarded;
        }
    }
}
