package io.xywebsocket;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What can be called and sent events. Thread-safe.
 *
 * <p>A payload is anything that can be serialised, and is written as its class says, or as the type of an {@link XyValue}; {@code null} is sent as {@code null}, {@link XyPayload#none()} (or a
 * method without a payload parameter) sends none. A payload that can't be serialised is an {@link
 * IllegalArgumentException}, thrown at once.
 *
 * <p>The other side is told how long a call waits, and gives it up too when that is over. A call that a handler makes on its own thread
 * waits no longer than the handler's own caller; if that waits no more, it fails at once with {@link XyCallTimeoutException}.
 */
public interface XyCaller {

    /**
     * Calls a function of the other side.
     *
     * @param function the function's name, without a prefix
     * @param payload  anything that can be serialised
     * @param type     what the answer is read as; {@code Void.class} drops it
     * @return the answer; fails with the {@link XyException} that the other side rejected with, with {@link
     *     XyNotConnectedException} if the connection is not open or closes, with {@link XyCallTimeoutException} if no answer comes
     *     in time. Its stages run on the executor. Cancelling or completing it gives the call up, and tells the other side to stop.
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
     * @param payload  anything that can be serialised
     * @param type     what the answer is read as; {@code Void.class} drops it
     * @return the answer
     * @throws XyException              the other side's rejection; {@link XyNotConnectedException}; {@link XyCallTimeoutException}; with
     *     status 499 if the thread is interrupted, which gives the call up, tells the other side to stop and leaves the thread's
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
     * Sends an event. Never waits.
     *
     * @param event   the event's name, without a prefix
     * @param payload anything that can be serialised
     * @return whether the event was queued, which doesn't say that it will arrive: the connection may end first, or later events displace it
     *     under {@link XySlowPeerPolicy#DROP_OLDEST}; false if the connection is not open, or if {@link XySlowPeerPolicy} has it that it is lost
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    boolean send(String event, @Nullable Object payload);

    /** Sends an event without a payload, see {@link #send(String, Object)}. */
    default boolean send(String event) {
        return send(event, XyPayload.none());
    }

    /**
     * Sends an event of which only the latest counts, as with prices and positions. While one of the same name and key waits to be
     * written, the new payload takes its place in the queue, and the earlier one is never sent: a slow reader gets the latest and no
     * backlog. So it overtakes events, answers and calls that were sent before it and after the one that it replaces. If you also send
     * snapshots, put a version into both: the event may arrive before a snapshot that is older. Never waits.
     *
     * @param event   the event's name, without a prefix
     * @param key     what it is about: a symbol, an id
     * @param payload anything that can be serialised
     * @return whether the event was queued, or took another's place; false as for {@link #send(String, Object)}
     * @throws IllegalArgumentException if the payload can't be serialised
     * @implSpec A caller without such a queue sends it as any event.
     */
    default boolean sendLatest(String event, String key, @Nullable Object payload) {
        return send(event, payload);
    }

    /**
     * A view of this caller with another call timeout.
     *
     * @param timeout how long its calls wait for their answers; more than nothing
     */
    XyCaller withTimeout(Duration timeout);

    /**
     * A typed view of the other side.
     *
     * @param contract an interface whose methods bear {@link XyRpc} or {@link XyEvent}: one parameter is the payload itself,
     *     several are sent as an object by their names, without those that are an empty {@link java.util.Optional}. A function's method
     *     returns the answer, or an {@code Optional} of it, or a {@link CompletableFuture} or {@link
     *     java.util.concurrent.CompletionStage} of either; an event's method returns nothing, or {@code boolean} as {@link #send}
     *     does. {@code default} methods without an annotation run as they are.
     * @throws IllegalArgumentException if the type isn't such an interface; the message names the method
     */
    default <T> T proxy(Class<T> contract) {
        return ContractProxy.of(contract, this);
    }
}
