package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Registers the functions and listeners that this side offers to its peers. Thread-safe, also while peers are
 * connected. All handlers run on the executor.
 */
public interface XyHandlers {

    /**
     * A function with a typed payload.
     *
     * @param <I> the payload
     * @param <O> the answer
     */
    @FunctionalInterface
    interface Function<I, O> {
        /** Returns the answer: a value, null, or a stage of one. What it throws rejects the call. */
        O call(I payload) throws Exception;
    }

    /**
     * A function with a typed payload and its caller.
     *
     * @param <I> the payload
     * @param <O> the answer
     */
    @FunctionalInterface
    interface PeerFunction<I, O> {
        /** Returns the answer: a value, null, or a stage of one. What it throws rejects the call. */
        O call(I payload, XyPeer peer) throws Exception;
    }

    /**
     * A listener with a typed payload.
     *
     * @param <I> the payload
     */
    @FunctionalInterface
    interface Listener<I> {
        /** Handles the event. What it throws is logged. */
        void on(I payload) throws Exception;
    }

    /**
     * A listener with a typed payload and its sender.
     *
     * @param <I> the payload
     */
    @FunctionalInterface
    interface PeerListener<I> {
        /** Handles the event. What it throws is logged. */
        void on(I payload, XyPeer peer) throws Exception;
    }

    /**
     * Registers a function.
     *
     * @param name the function's name, without a prefix
     * @throws IllegalStateException    if the name is taken
     * @throws IllegalArgumentException if the name has more than 200 characters
     */
    XyRegistration register(String name, XyFunction function);

    /**
     * Registers a function whose answers are written as a declared type, unless they are no instances of it, as those
     * of an interceptor may be.
     *
     * @param name   the function's name, without a prefix
     * @param answer the type of its answers, or of those of its stages
     * @throws IllegalStateException if the name is taken
     * @implSpec Uses the class of each answer.
     */
    default XyRegistration register(String name, XyFunction function, XyType<?> answer) {
        return register(name, function);
    }

    /**
     * Registers a function. Calls whose payload is missing or doesn't fit the type are rejected with 400. See {@link
     * #register(String, XyFunction)}.
     *
     * @throws IllegalArgumentException if no payload can be of that type, see {@link XyType#ofPayload}
     */
    default <I> XyRegistration register(
            String name, XyType<I> type, PeerFunction<I, ? extends @Nullable Object> function) {
        XyType<I> bound = type.ofPayload();
        return register(name, (called, payload, peer) -> function.call(payload.take(bound), peer));
    }

    /** Registers a function, see {@link #register(String, XyType, PeerFunction)}. */
    default <I> XyRegistration register(String name, XyType<I> type, Function<I, ? extends @Nullable Object> function) {
        XyType<I> bound = type.ofPayload();
        return register(name, (called, payload, peer) -> function.call(payload.take(bound)));
    }

    /** Registers a function, see {@link #register(String, XyType, PeerFunction)}. */
    default <I> XyRegistration register(
            String name, Class<I> type, PeerFunction<I, ? extends @Nullable Object> function) {
        return register(name, XyType.of(type), function);
    }

    /** Registers a function, see {@link #register(String, XyType, PeerFunction)}. */
    default <I> XyRegistration register(String name, Class<I> type, Function<I, ? extends @Nullable Object> function) {
        return register(name, XyType.of(type), function);
    }

    /**
     * Removes a function, whoever registered it.
     *
     * @return whether there was one
     */
    boolean unregister(String name);

    /**
     * Registers a listener. Listeners of one event run one after the other in the order of their registration.
     *
     * @param name the event's name, without a prefix
     * @throws IllegalArgumentException if the name has more than 200 characters
     */
    XyRegistration on(String name, XyListener listener);

    /**
     * Registers a listener. Events whose payload is missing or doesn't fit the type are logged and discarded.
     *
     * @throws IllegalArgumentException if no payload can be of that type, see {@link XyType#ofPayload}
     */
    default <I> XyRegistration on(String name, XyType<I> type, PeerListener<I> listener) {
        XyType<I> bound = type.ofPayload();
        return on(name, (event, payload, peer) -> listener.on(payload.as(bound), peer));
    }

    /** Registers a listener, see {@link #on(String, XyType, PeerListener)}. */
    default <I> XyRegistration on(String name, XyType<I> type, Listener<I> listener) {
        XyType<I> bound = type.ofPayload();
        return on(name, (event, payload, peer) -> listener.on(payload.as(bound)));
    }

    /** Registers a listener, see {@link #on(String, XyType, PeerListener)}. */
    default <I> XyRegistration on(String name, Class<I> type, PeerListener<I> listener) {
        return on(name, XyType.of(type), listener);
    }

    /** Registers a listener, see {@link #on(String, XyType, PeerListener)}. */
    default <I> XyRegistration on(String name, Class<I> type, Listener<I> listener) {
        return on(name, XyType.of(type), listener);
    }

    /**
     * Registers the fallback, for calls of names without a function. Without a fallback they are rejected with 404.
     *
     * @throws IllegalStateException if there is a fallback already
     */
    XyRegistration fallback(XyFunction function);

    /** Registers a listener for events without listeners. Several run in the order of their registration. */
    XyRegistration onUnhandled(XyListener listener);
}
