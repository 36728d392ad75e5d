package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Wraps the handlers and connection listeners of an endpoint, for example with a context or a check.
 * Called once for each registration, so calls only pay for the wrapper. Thread-safe: handlers may be registered at any
 * time, on any thread.
 *
 * <pre>{@code
 * XyHandlerDecorator slowCalls = new XyHandlerDecorator() {
 *     @Override
 *     public XyFunction function(XyHandlerInfo handler, XyFunction function) {
 *         return (name, payload, peer) -> timed(name, () -> function.call(name, payload, peer));
 *     }
 * };
 * }</pre>
 *
 * @since 0.1
 */
public interface XyHandlerDecorator {

    /**
     * Wraps a function. Typed and annotated functions {@linkplain XyPayload#release release} their payload, so a
     * decorator must read it before.
     *
     * @param handler  describes the registration
     * @param function the registered function, or the result of another decorator
     */
    default XyFunction function(XyHandlerInfo handler, XyFunction function) {
        return function;
    }

    /**
     * Wraps a listener: usually by an {@link XyListener.Awaited} that calls {@link XyListener#handle} and returns its
     * stage.
     *
     * @param handler  describes the registration
     * @param listener the registered listener, or the result of another decorator
     */
    default XyListener listener(XyHandlerInfo handler, XyListener listener) {
        return listener;
    }

    /**
     * Returns an interceptor that goes before the endpoint's own ones. Those run outside of functions and listeners, so
     * the decorators of these don't reach them. Called once, and only if the endpoint has interceptors.
     *
     * @return null, the default, for none
     */
    default @Nullable XyInterceptor interceptor() {
        return null;
    }

    /** Wraps the endpoint's connection listener. */
    default XyConnectionListener connectionListener(XyConnectionListener listener) {
        return listener;
    }
}
