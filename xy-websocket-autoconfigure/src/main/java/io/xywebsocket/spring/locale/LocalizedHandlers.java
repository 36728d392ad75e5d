package io.xywebsocket.spring.locale;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeerListener;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;

/** Runs handlers with the locale of their peer in the {@link LocaleContextHolder}, whatever thread that is. */
public final class LocalizedHandlers implements XyHandlerDecorator {

    @Override
    public XyFunction function(@Nullable String name, XyFunction function) {
        return (called, payload, peer) -> {
            LocaleContext before = enter(peer);
            try {
                return function.call(called, payload, peer);
            } finally {
                leave(before);
            }
        };
    }

    @Override
    public XyListener listener(@Nullable String name, XyListener listener) {
        if (listener instanceof XyListener.Awaited awaited) {
            XyListener.Awaited localized = (heard, payload, peer) -> {
                LocaleContext before = enter(peer);
                try {
                    return awaited.handle(heard, payload, peer);
                } finally {
                    leave(before);
                }
            };
            return localized;
        }
        return (heard, payload, peer) -> {
            LocaleContext before = enter(peer);
            try {
                listener.on(heard, payload, peer);
            } finally {
                leave(before);
            }
        };
    }

    /** What is sent keeps the locale of whoever sends it. */
    @Override
    public XyInterceptor interceptor(XyInterceptor interceptors) {
        return (message, chain) -> {
            if (message.direction() == XyMessage.Direction.OUT) {
                return interceptors.intercept(message, chain);
            }
            LocaleContext before = enter(message.peer());
            try {
                return interceptors.intercept(message, chain);
            } finally {
                leave(before);
            }
        };
    }

    @Override
    public XyPeerListener peers(XyPeerListener listener) {
        return new Localized(listener);
    }

    private record Localized(XyPeerListener listener) implements XyPeerListener {

        @Override
        public void connected(XyPeer peer) {
            LocaleContext before = enter(peer);
            try {
                listener.connected(peer);
            } finally {
                leave(before);
            }
        }

        @Override
        public void identified(XyPeer peer) {
            listener.identified(peer);
        }

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {
            LocaleContext before = enter(peer);
            try {
                listener.disconnected(peer, code, reason);
            } finally {
                leave(before);
            }
        }
    }

    private static @Nullable LocaleContext enter(XyPeer peer) {
        LocaleContext before = LocaleContextHolder.getLocaleContext();
        LocaleContext own = PeerLocale.of(peer);
        if (before != null || own != PeerLocale.DEFAULT) {
            LocaleContextHolder.setLocaleContext(own);
        }
        return before;
    }

    /** To ask costs less than to set: most peers have the default. */
    private static void leave(@Nullable LocaleContext before) {
        if (LocaleContextHolder.getLocaleContext() != before) {
            LocaleContextHolder.setLocaleContext(before);
        }
    }
}
