package io.xywebsocket.spring.security;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyGuarded;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XyType;
import org.jspecify.annotations.Nullable;
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
        return new GuardedHandlers(handlers);
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

    private XyFunction guarded(XyFunction function) {
        return (XyFunction & XyGuarded) (name, payload, peer) -> {
            require(peer);
            return function.call(name, payload, peer);
        };
    }

    private XyListener heeding(XyListener listener) {
        if (listener instanceof XyListener.Awaited awaited) {
            return new GuardedAwaited(this, awaited);
        }
        return (XyListener & XyGuarded) (name, payload, peer) -> {
            require(peer);
            listener.on(name, payload, peer);
        };
    }

    private record GuardedAwaited(XyRule rule, XyListener.Awaited listener) implements XyListener.Awaited, XyGuarded {
        @Override
        public @Nullable Object handle(String name, XyPayload payload, XyPeer peer) throws Exception {
            rule.require(peer);
            return listener.handle(name, payload, peer);
        }
    }

    private final class GuardedHandlers implements XyHandlers {

        private final XyHandlers handlers;

        GuardedHandlers(XyHandlers handlers) {
            this.handlers = handlers;
        }

        @Override
        public XyRegistration register(String name, XyFunction function) {
            return handlers.register(name, guarded(function));
        }

        @Override
        public XyRegistration register(String name, XyFunction function, XyType<?> answer) {
            return handlers.register(name, guarded(function), answer);
        }

        @Override
        public boolean unregister(String name) {
            return handlers.unregister(name);
        }

        @Override
        public XyRegistration on(String name, XyListener listener) {
            return handlers.on(name, heeding(listener));
        }

        @Override
        public XyRegistration fallback(XyFunction function) {
            return handlers.fallback(guarded(function));
        }

        @Override
        public XyRegistration onUnhandled(XyListener listener) {
            return handlers.onUnhandled(heeding(listener));
        }
    }
}
