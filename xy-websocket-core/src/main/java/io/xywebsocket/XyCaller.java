package io.xywebsocket;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions of the other side and sends it events. Thread-safe.
 *
 * <p>A payload is a serialisable value, written as its class or as the type of an {@link XyValue}; {@code null} is sent
 * as {@code null}, while {@link XyPayload#none()} (or a method without a payload parameter) sends no payload. A payload
 * that can't be serialised causes an {@link IllegalArgumentException} at once.
 *
 * <p>The other side learns how long a call waits, and stops its handler after that time. A call that a handler makes on
 * its own thread waits no longer than the handler's caller; if that time is over, it fails at once with {@link
 * XyCallTimeoutException}.
 *
 * @since 0.1
 */
public interface XyCaller {

    /**
     * Calls a function of the other side.
     *
     * @param function the function's name, without a prefix
     * @param payload  a serialisable value
     * @param type     the type of the answer; {@code Void.class} ignores it
     * @return the answer; fails with the {@link XyException} that the other side rejected with, with {@link
     *     XyNotConnectedException} if the connection is not open or closes, or with {@link XyCallTimeoutException} if
     *     no answer comes in time. Its stages run on the executor. Cancelling or completing it cancels the call, and
     *     tells the other side to stop.
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type);

    /** Calls a function of the other side, see {@link #call(String, Object, XyType)}. */
    default <T> CompletableFuture<T> call(String function, @Nullable Object payload, Class<T> type) {
        return call(function, payload, XyType.of(type));
    }

    /** Calls a function of the other side without a payload, see {@link #call(String, Object, XyType)}. */
    default <T> CompletableFuture<T> call(String function, XyType<T> type) {
        return call(function, XyPayload.none(), type);
    }

    /** Calls a function of the other side without a payload, see {@link #call(String, Object, XyType)}. */
    default <T> CompletableFuture<T> call(String function, Class<T> type) {
        return call(function, XyPayload.none(), XyType.of(type));
    }

    /**
     * Calls a function of the other side and waits for its answer. A handler may do so, at any depth.
     *
     * @param function the function's name, without a prefix
     * @param payload  a serialisable value
     * @param type     the type of the answer; {@code Void.class} ignores it
     * @return the answer
     * @throws XyException the other side's rejection; {@link XyNotConnectedException}; {@link XyCallTimeoutException};
     *     status 499 if the thread is interrupted, which cancels the call, tells the other side to stop and leaves the
     *     interrupt flag set
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    <T> T await(String function, @Nullable Object payload, XyType<T> type);

    /** Calls a function and waits for its answer, see {@link #await(String, Object, XyType)}. */
    default <T> T await(String function, @Nullable Object payload, Class<T> type) {
        return await(function, payload, XyType.of(type));
    }

    /** Calls a function without a payload and waits for its answer, see {@link #await(String, Object, XyType)}. */
    default <T> T await(String function, XyType<T> type) {
        return await(function, XyPayload.none(), type);
    }

    /** Calls a function without a payload and waits for its answer, see {@link #await(String, Object, XyType)}. */
    default <T> T await(String function, Class<T> type) {
        return await(function, XyPayload.none(), XyType.of(type));
    }

    /**
     * Sends an event. Never blocks.
     *
     * @param event   the event's name, without a prefix
     * @param payload a serialisable value
     * @return whether the event was queued. It may still be lost if the connection ends or later events displace it
     *     under {@link XySlowPeerPolicy#DROP_OLDEST}. False if the connection is not open, or if {@link
     *     XySlowPeerPolicy} discards the event.
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    boolean send(String event, @Nullable Object payload);

    /** Sends an event without a payload, see {@link #send(String, Object)}. */
    default boolean send(String event) {
        return send(event, XyPayload.none());
    }

    /**
     * Sends an event of which only the latest counts, such as a price or a position. It replaces an event of the same
     * name and key that still waits to be written, which is never sent: a slow reader gets the latest one and no
     * backlog. So it overtakes events, answers and calls that were sent after the replaced event. If you also send
     * snapshots, put a version into both, as the event may arrive before an older snapshot. Never blocks.
     *
     * @param event   the event's name, without a prefix
     * @param key     what the event is about: a symbol, an id
     * @param payload a serialisable value
     * @return whether the event was queued or replaced another one; false as for {@link #send(String, Object)}
     * @throws IllegalArgumentException if the payload can't be serialised
     * @implSpec A caller without such a queue sends it as any event.
     */
    default boolean sendLatest(String event, String key, @Nullable Object payload) {
        return send(event, payload);
    }

    /**
     * Returns a view of this caller with another call timeout.
     *
     * @param timeout how long its calls wait for answers; must be positive
     */
    XyCaller withTimeout(Duration timeout);

    /**
     * Returns a typed view of the other side.
     *
     * @param contract an interface whose methods have {@link XyRpc} or {@link XyEvent}. A single parameter is the
     *     payload itself; several are sent as an object by their names, without empty {@link java.util.Optional}
     *     values. A function's method returns the answer, an {@code Optional} of it, or a {@link CompletableFuture} or
     *     {@link java.util.concurrent.CompletionStage} of either; an event's method returns nothing, {@code int} for how many peers it was queued, or {@code boolean}
     *     as {@link #send} does. {@code default} methods without an annotation run as they are.
     * @throws XyContractException if the type isn't such an interface; the message names the method
     */
    default <T> T proxy(Class<T> contract) {
        return ContractProxy.of(contract, this);
    }
}
