package io.xywebsocket.spring.locale;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlerInfo;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPeer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;

/**
 * Runs handlers with the locale of their peer in the {@link LocaleContextHolder}, whatever thread that is.
 *
 * @since 0.1
 */
public final class LocalizedHandlers implements XyHandlerDecorator {

    @Override
    public XyFunction function(XyHandlerInfo handler, XyFunction function) {
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
    public XyListener listener(XyHandlerInfo handler, XyListener listener) {
        XyListener.Awaited localized = (heard, payload, peer) -> {
            LocaleContext before = enter(peer);
            try {
                return listener.handle(heard, payload, peer);
            } finally {
                leave(before);
            }
        };
        return localized;
    }

    @Override
    public XyInterceptor interceptor() {
        return new LocalizedInterceptor();
    }

    /** Sets the locale for incoming messages; outgoing ones keep that of the sending thread. */
    private static final class LocalizedInterceptor implements XyInterceptor {

        @Override
        public @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
            LocaleContext before = enter(call.peer());
            try {
                return chain.proceed(call);
            } finally {
                leave(before);
            }
        }

        @Override
        public @Nullable CompletionStage<?> incomingEvent(XyMessage event, Chain<@Nullable CompletionStage<?>> chain)
                throws Exception {
            LocaleContext before = enter(event.peer());
            try {
                return chain.proceed(event);
            } finally {
                leave(before);
            }
        }
    }

    @Override
    public XyConnectionListener connectionListener(XyConnectionListener listener) {
        return new Localized(listener);
    }

    private record Localized(XyConnectionListener listener) implements XyConnectionListener {

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
