package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Wraps the handlers, interceptors and peer listeners of an endpoint, for example with a context or a check. Called
 * once for each registration, so calls only pay for the wrapper. Thread-safe: handlers may be registered at any time,
 * on any thread.
 */
public interface XyHandlerDecorator {

    /**
     * Wraps a function. Typed and annotated functions {@linkplain XyPayload#release release} their payload, so a
     * decorator must read it before.
     *
     * @param name     the function's name, without a prefix; null for the {@link XyHandlers#fallback fallback}
     * @param function the registered function, or the result of another decorator
     */
    default XyFunction function(@Nullable String name, XyFunction function) {
        return function;
    }

    /**
     * Wraps a listener.
     *
     * @param name     the event's name, without a prefix; null for one of {@link XyHandlers#onUnhandled unhandled
     *     events}
     * @param listener the registered listener, or the result of another decorator; for an {@link XyListener.Awaited}
     *     return one, too
     */
    default XyListener listener(@Nullable String name, XyListener listener) {
        return listener;
    }

    /**
     * Wraps the chain of all interceptors; called only if there are any. Interceptors run outside of functions and
     * listeners, so the decorators of those don't reach them.
     */
    default XyInterceptor interceptor(XyInterceptor interceptors) {
        return interceptors;
    }

    /** Wraps the endpoint's listener of peers. */
    default XyPeerListener peers(XyPeerListener listener) {
        return listener;
    }
}
