package io.xywebsocket;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Registers the functions and listeners that this side offers to its peers. Thread-safe, also while peers are
 * connected. All handlers run on the executor.
 *
 * <pre>{@code
 * handlers.register("time", () -> Instant.now());
 * handlers.register("stock.level", StockQuery.class, query -> stock.level(query));
 * handlers.register("courier.next", Position.class, (at, peer) -> dispatcher.next(at, peer.principal()));
 * handlers.on("parcel.scanned", Scan.class, (scan, peer) -> stock.scanned(scan, peer.id()));
 * handlers.on("couriers.reload", () -> couriers.reload());
 *
 * XyRegistration registration = handlers.register("any.name", (name, payload, peer) -> payload);
 * registration.close();
 * }</pre>
 *
 * @since 0.1
 */
public interface XyHandlers {

    /**
     * A function with a typed payload.
     *
     * @param <I> the payload
     * @param <O> the answer
     */
    @FunctionalInterface
    interface TypedFunction<I, O> {
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
    interface TypedPeerFunction<I, O> {
        /** Returns the answer: a value, null, or a stage of one. What it throws rejects the call. */
        O call(I payload, XyPeer peer) throws Exception;
    }

    /**
     * A listener with a typed payload.
     *
     * @param <I> the payload
     */
    @FunctionalInterface
    interface TypedListener<I> {
        /** Handles the event. What it throws is logged. */
        void on(I payload) throws Exception;
    }

    /**
     * A listener with a typed payload and its sender.
     *
     * @param <I> the payload
     */
    @FunctionalInterface
    interface TypedPeerListener<I> {
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
     * Registers a function that needs no payload; one that is sent is ignored. See {@link #register(String,
     * XyFunction)}.
     *
     * @param function returns the answer: a value, null, or a stage of one. What it throws rejects the call.
     */
    default XyRegistration register(String name, Callable<? extends @Nullable Object> function) {
        return register(name, (called, payload, peer) -> {
            payload.release();
            return function.call();
        });
    }

    /**
     * Registers a function with a typed payload. Calls whose payload is missing or doesn't fit the type are rejected
     * with 400; for an {@link java.util.Optional} a missing payload and {@code null} are empty, and an {@link XyPayload}
     * is handed over as it came. See {@link #register(String, XyFunction)}.
     *
     * @throws IllegalArgumentException if no payload can be of that type, see {@link XyType#ofPayload}
     */
    default <I> XyRegistration register(
            String name, XyType<I> type, TypedPeerFunction<I, ? extends @Nullable Object> function) {
        return register(name, typed(type, function));
    }

    /** Registers a function, see {@link #register(String, XyType, TypedPeerFunction)}. */
    default <I> XyRegistration register(
            String name, XyType<I> type, TypedFunction<I, ? extends @Nullable Object> function) {
        return register(name, typed(type, function));
    }

    /**
     * Registers a function with a typed payload, whose answers are written as a declared type. See {@link
     * #register(String, XyType, TypedPeerFunction)} and {@link #register(String, XyFunction, XyType)}.
     *
     * @param answer the type of its answers, or of those of its stages
     */
    default <I> XyRegistration register(
            String name, XyType<I> type, TypedPeerFunction<I, ? extends @Nullable Object> function, XyType<?> answer) {
        return register(name, typed(type, function), answer);
    }

    /** Registers a function, see {@link #register(String, XyType, TypedPeerFunction, XyType)}. */
    default <I> XyRegistration register(
            String name, XyType<I> type, TypedFunction<I, ? extends @Nullable Object> function, XyType<?> answer) {
        return register(name, typed(type, function), answer);
    }

    /** Registers a function, see {@link #register(String, XyType, TypedPeerFunction)}. */
    default <I> XyRegistration register(
            String name, Class<I> type, TypedPeerFunction<I, ? extends @Nullable Object> function) {
        return register(name, XyType.of(type), function);
    }

    /** Registers a function, see {@link #register(String, XyType, TypedPeerFunction)}. */
    default <I> XyRegistration register(
            String name, Class<I> type, TypedFunction<I, ? extends @Nullable Object> function) {
        return register(name, XyType.of(type), function);
    }

    private static <I> XyFunction typed(XyType<I> type, TypedPeerFunction<I, ? extends @Nullable Object> function) {
        XyType<I> bound = type.ofPayload();
        return (called, payload, peer) -> function.call(payload.take(bound), peer);
    }

    private static <I> XyFunction typed(XyType<I> type, TypedFunction<I, ? extends @Nullable Object> function) {
        XyType<I> bound = type.ofPayload();
        return (called, payload, peer) -> function.call(payload.take(bound));
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
     * Registers a listener of an event that needs no payload; one that is sent is ignored. See {@link #on(String,
     * XyListener)}.
     */
    default XyRegistration on(String name, Runnable listener) {
        return on(name, (event, payload, peer) -> listener.run());
    }

    /**
     * Registers a listener with a typed payload. Events whose payload is missing or doesn't fit the type are logged and
     * discarded; for an {@link java.util.Optional} a missing payload and {@code null} are empty, and an {@link
     * XyPayload} is handed over as it came.
     *
     * @throws IllegalArgumentException if no payload can be of that type, see {@link XyType#ofPayload}
     */
    default <I> XyRegistration on(String name, XyType<I> type, TypedPeerListener<I> listener) {
        XyType<I> bound = type.ofPayload();
        return on(name, (event, payload, peer) -> listener.on(payload.as(bound), peer));
    }

    /** Registers a listener, see {@link #on(String, XyType, TypedPeerListener)}. */
    default <I> XyRegistration on(String name, XyType<I> type, TypedListener<I> listener) {
        XyType<I> bound = type.ofPayload();
        return on(name, (event, payload, peer) -> listener.on(payload.as(bound)));
    }

    /** Registers a listener, see {@link #on(String, XyType, TypedPeerListener)}. */
    default <I> XyRegistration on(String name, Class<I> type, TypedPeerListener<I> listener) {
        return on(name, XyType.of(type), listener);
    }

    /** Registers a listener, see {@link #on(String, XyType, TypedPeerListener)}. */
    default <I> XyRegistration on(String name, Class<I> type, TypedListener<I> listener) {
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

    /**
     * Returns a view of these handlers for handlers with an access rule: what is registered by the view is wrapped by
     * the rule, and deny-by-default lets it pass. With Spring Security, {@code XyRule} calls this.
     *
     * @param rule checks who may call or send, before each function and listener; further rules inside of it are added
     *     by {@code guardedBy} of the view
     */
    XyHandlers guardedBy(XyHandlerDecorator rule);
}
