package io.xywebsocket.spring.security;

import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyGuarded;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeerListener;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContext;

/**
 * Runs handlers with the login of their peer in the security context, whatever thread that is, and turns everybody away from those that
 * have no rule if that is wanted.
 */
final class SecuredHandlers implements XyHandlerDecorator {

    private final PeerContexts contexts;
    private final OpenHandlers open;
    private final boolean denyByDefault;

    SecuredHandlers(PeerContexts contexts, OpenHandlers open, boolean denyByDefault) {
        this.contexts = contexts;
        this.open = open;
        this.denyByDefault = denyByDefault;
    }

    @Override
    public XyFunction function(@Nullable String name, XyFunction function) {
        if (!(function instanceof XyGuarded)) {
            open.addFunction(name);
            if (denyByDefault) {
                return (called, payload, peer) -> {
                    throw denied(null);
                };
            }
        }
        return (called, payload, peer) -> call(function, called, payload, peer);
    }

    private @Nullable Object call(XyFunction function, String name, XyPayload payload, XyPeer peer) throws Exception {
        SecurityContext before = contexts.enter(peer);
        try {
            return Denials.later(peer, function.call(name, payload, peer));
        } catch (Exception e) {
            AuthenticationException missing = Denials.missingLogin(peer, e);
            throw missing == null ? e : missing;
        } finally {
            contexts.leave(before);
        }
    }

    @Override
    public XyListener listener(@Nullable String name, XyListener listener) {
        if (!(listener instanceof XyGuarded)) {
            open.addListener(name);
            if (denyByDefault) {
                return (heard, payload, peer) -> {
                    throw denied(null);
                };
            }
        }
        if (listener instanceof XyListener.Awaited awaited) {
            XyListener.Awaited secured =
                    (heard, payload, peer) -> Denials.later(peer, hear(awaited, heard, payload, peer));
            return secured;
        }
        return (heard, payload, peer) -> hear(
                (again, same, sender) -> {
                    listener.on(again, same, sender);
                    return null;
                },
                heard,
                payload,
                peer);
    }

    /** Nobody is told why an event was refused, but the log; and a peer that sends many must not fill it with stack traces. */
    private @Nullable Object hear(XyListener.Awaited listener, String name, XyPayload payload, XyPeer peer)
            throws Exception {
        SecurityContext before = contexts.enter(peer);
        try {
            return listener.handle(name, payload, peer);
        } catch (AccessDeniedException e) {
            throw PeerContexts.isNobody(peer) ? unknown(e) : denied(e);
        } catch (AuthenticationException e) {
            throw unknown(e);
        } finally {
            contexts.leave(before);
        }
    }

    private static XyException denied(@Nullable Throwable cause) {
        return new XyException(403, "Access denied", cause);
    }

    private static XyException unknown(Throwable cause) {
        return new XyException(401, "Not authenticated", cause);
    }

    /** What is sent keeps the login of whoever sends it. */
    @Override
    public XyInterceptor interceptor(XyInterceptor interceptors) {
        return (message, chain) -> {
            if (message.direction() == XyMessage.Direction.OUT) {
                return interceptors.intercept(message, chain);
            }
            XyListener.Awaited around = (name, payload, peer) -> interceptors.intercept(message, chain);
            return message.kind() == XyMessage.Kind.CALL
                    ? call(around::handle, message.name(), message.payload(), message.peer())
                    : hear(around, message.name(), message.payload(), message.peer());
        };
    }

    @Override
    public XyPeerListener peers(XyPeerListener listener) {
        return new SecuredPeerListener(contexts, listener);
    }

    private record SecuredPeerListener(PeerContexts contexts, XyPeerListener listener) implements XyPeerListener {

        @Override
        public void connected(XyPeer peer) {
            SecurityContext before = contexts.enter(peer);
            try {
                listener.connected(peer);
            } catch (RuntimeException e) {
                AuthenticationException missing = Denials.missingLogin(peer, e);
                throw missing == null ? e : missing;
            } finally {
                contexts.leave(before);
            }
        }

        /** On the thread, and as the login, of whoever has changed that of the peer. */
        @Override
        public void identified(XyPeer peer) {
            listener.identified(peer);
        }

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {
            SecurityContext before = contexts.enter(peer);
            try {
                listener.disconnected(peer, code, reason);
            } finally {
                contexts.leave(before);
            }
        }
    }
}
