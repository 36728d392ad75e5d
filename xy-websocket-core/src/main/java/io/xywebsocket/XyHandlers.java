package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * The functions and listeners that this side offers to its peers. Thread-safe: they may come and go while peers are
 * connected. All run on the executor.
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
     * A function with a typed payload that wants to know its caller.
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
     * A listener with a typed payload that wants to know the sender.
     *
     * @param <I> the payload
     */
    @FunctionalInterface
    interface PeerListener<I> {
        /** Handles the event. What it throws is logged. */
        void on(I payload, XyPeer peer) throws Exception;
    }

    /**
     * Offers a function.
     *
     * @param name the function's name, without a prefix
     * @throws IllegalStateException    if the name is taken
     * @throws IllegalArgumentException if the name has more than 200 characters
     */
    XyRegistration register(String name, XyFunction function);

    /**
     * Offers a function whose answers are written as a type, unless they are no instances of it, as those of an interceptor may be.
     *
     * @param name   the function's name, without a prefix
     * @param answer what its answers are, or its stages hold
     * @throws IllegalStateException if the name is taken
     * @implSpec Goes by the answers' classes alone.
     */
    default XyRegistration register(String name, XyFunction function, XyType<?> answer) {
        return register(name, function);
    }

    /**
     * Offers a function; a call whose payload is missing or doesn't fit the type is rejected with 400. See {@link #register(String, XyFunction)}.
     *
     * @throws IllegalArgumentException if no payload can be of that type, see {@link XyType#ofPayload}
     */
    default <I> XyRegistration register(
            String name, XyType<I> type, PeerFunction<I, ? extends @Nullable Object> function) {
        XyType<I> bound = type.ofPayload();
        return register(name, (called, payload, peer) -> function.call(payload.take(bound), peer));
    }

    /** Offers a function, see {@link #register(String, XyType, PeerFunction)}. */
    default <I> XyRegistration register(String name, XyType<I> type, Function<I, ? extends @Nullable Object> function) {
        XyType<I> bound = type.ofPayload();
        return register(name, (called, payload, peer) -> function.call(payload.take(bound)));
    }

    /** Offers a function, see {@link #register(String, XyType, PeerFunction)}. */
    default <I> XyRegistration register(
            String name, Class<I> type, PeerFunction<I, ? extends @Nullable Object> function) {
        return register(name, XyType.of(type), function);
    }

    /** Offers a function, see {@link #register(String, XyType, PeerFunction)}. */
    default <I> XyRegistration register(String name, Class<I> type, Function<I, ? extends @Nullable Object> function) {
        return register(name, XyType.of(type), function);
    }

    /**
     * Takes a function back, whoever registered it.
     *
     * @return whether there was one
     */
    boolean unregister(String name);

    /**
     * Listens to an event. Several listeners of one event run one after the other in the order of their registration.
     *
     * @param name the event's name, without a prefix
     * @throws IllegalArgumentException if the name has more than 200 characters
     */
    XyRegistration on(String name, XyListener listener);

    /**
     * Listens to an event; one whose payload is missing or doesn't fit the type is logged and dropped.
     *
     * @throws IllegalArgumentException if no payload can be of that type, see {@link XyType#ofPayload}
     */
    default <I> XyRegistration on(String name, XyType<I> type, PeerListener<I> listener) {
        XyType<I> bound = type.ofPayload();
        return on(name, (event, payload, peer) -> listener.on(payload.as(bound), peer));
    }

    /** Listens to an event, see {@link #on(String, XyType, PeerListener)}. */
    default <I> XyRegistration on(String name, XyType<I> type, Listener<I> listener) {
        XyType<I> bound = type.ofPayload();
        return on(name, (event, payload, peer) -> listener.on(payload.as(bound)));
    }

    /** Listens to an event, see {@link #on(String, XyType, PeerListener)}. */
    default <I> XyRegistration on(String name, Class<I> type, PeerListener<I> listener) {
        return on(name, XyType.of(type), listener);
    }

    /** Listens to an event, see {@link #on(String, XyType, PeerListener)}. */
    default <I> XyRegistration on(String name, Class<I> type, Listener<I> listener) {
        return on(name, XyType.of(type), listener);
    }

    /**
     * Answers the calls that no function answers; without a fallback they are rejected with 404.
     *
     * @throws IllegalStateException if there is a fallback already
     */
    XyRegistration fallback(XyFunction function);

    /** Hears the events that no listener hears. Several run in the order of their registration. */
    XyRegistration onUnhandled(XyListener listener);
}
