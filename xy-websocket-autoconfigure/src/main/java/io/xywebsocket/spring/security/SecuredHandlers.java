package io.xywebsocket.spring.security;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlerInfo;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import java.util.concurrent.CompletionStage;
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
    public XyFunction function(XyHandlerInfo handler, XyFunction function) {
        if (!handler.guarded()) {
            open.addFunction(handler.name());
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
    public XyListener listener(XyHandlerInfo handler, XyListener listener) {
        if (!handler.guarded()) {
            open.addListener(handler.name());
            if (denyByDefault) {
                return (heard, payload, peer) -> {
                    throw denied(null);
                };
            }
        }
        XyListener.Awaited secured =
                (heard, payload, peer) -> Denials.later(peer, hear(listener, heard, payload, peer));
        return secured;
    }

    /** Nobody is told why an event was refused, but the log; and a peer that sends many must not fill it with stack traces. */
    private @Nullable CompletionStage<?> hear(XyListener listener, String name, XyPayload payload, XyPeer peer)
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

    @Override
    public XyInterceptor interceptor() {
        return new SecuredInterceptor();
    }

    /** Sets the login for incoming messages; outgoing ones keep that of the sending thread. */
    private final class SecuredInterceptor implements XyInterceptor {

        @Override
        public @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
            XyFunction rest = (name, payload, peer) -> chain.proceed(call);
            return SecuredHandlers.this.call(rest, call.name(), call.payload(), call.peer());
        }

        @Override
        public @Nullable CompletionStage<?> incomingEvent(XyMessage event, Chain<@Nullable CompletionStage<?>> chain)
                throws Exception {
            XyListener.Awaited rest = (name, payload, peer) -> chain.proceed(event);
            return SecuredHandlers.this.hear(rest, event.name(), event.payload(), event.peer());
        }
    }

    @Override
    public XyConnectionListener connectionListener(XyConnectionListener listener) {
        return new SecuredPeerListener(contexts, listener);
    }

    private record SecuredPeerListener(PeerContexts contexts, XyConnectionListener listener)
            implements XyConnectionListener {

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
