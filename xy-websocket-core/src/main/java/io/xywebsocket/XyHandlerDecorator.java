package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Puts something around all that an endpoint runs of the application's for a peer: a context that it finds there, a check that
 * comes before it. Asked once for each registration, so it costs calls nothing but what it puts there. Thread-safe: handlers
 * may be registered at any time, on any thread.
 */
public interface XyHandlerDecorator {

    /**
     * What runs in place of a function. A typed or annotated function {@linkplain XyPayload#release releases} its payload, so whatever a
     * decorator wants to know of that it asks before.
     *
     * @param name     the function's name, without a prefix; null for the {@link XyHandlers#fallback fallback}
     * @param function as it was registered, or as another decorator has left it
     */
    default XyFunction function(@Nullable String name, XyFunction function) {
        return function;
    }

    /**
     * What runs in place of a listener.
     *
     * @param name     the event's name, without a prefix; null for one of {@link XyHandlers#onUnhandled unhandled events}
     * @param listener as it was registered, or as another decorator has left it; if it is {@link XyListener.Awaited}, what
     *     comes back has to be
     */
    default XyListener listener(@Nullable String name, XyListener listener) {
        return listener;
    }

    /**
     * What runs in place of the endpoint's interceptors, all of them together; asked only if there are any. They run outside of functions and
     * listeners, whose decorators don't reach them.
     */
    default XyInterceptor interceptor(XyInterceptor interceptors) {
        return interceptors;
    }

    /** What is told of peers in place of the endpoint's listener. */
    default XyPeerListener peers(XyPeerListener listener) {
        return listener;
    }
}
