package io.xywebsocket;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members that an event or a call is for, such as a group. They are determined at each use. Immutable.
 *
 * <pre>{@code
 * broadcaster.toGroup("north").except(peer).send("note", text);
 * XyAnswers<Boolean> answers = broadcaster.toUser("ada").call("confirm", "Deploy now?", Boolean.class);
 * }</pre>
 *
 * @since 0.1
 */
public interface XyAudience {

    /** Returns the same audience without these members. */
    XyAudience except(XyMember... members);

    /** Returns the same audience without the members of these ids. */
    XyAudience exceptIds(String... ids);

    /**
     * Returns the same audience with another call timeout.
     *
     * @param timeout how long calls wait for answers; must be positive. Default: the endpoint's call timeout
     */
    XyAudience withTimeout(Duration timeout);

    /**
     * Sends an event. The payload is encoded once. Never blocks. A peer whose {@link XyConnectionListener#connected}
     * has not returned is left out.
     *
     * @param event   the event's name, without a prefix
     * @param payload a serialisable value; {@link XyPayload#none()} for an event without a payload
     * @return the number of peers of this node for which the event was queued; each gets it once, whatever number of
     *     the groups it is in
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    int send(String event, @Nullable Object payload);

    /** Sends an event without a payload, see {@link #send(String, Object)}. */
    default int send(String event) {
        return send(event, XyPayload.none());
    }

    /**
     * Sends an event of which only the latest counts: for each peer it replaces one of the same name and key that still
     * waits, see {@link XyCaller#sendLatest}.
     *
     * @param key what the event is about: a symbol, an id
     * @return as {@link #send(String, Object)}
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    int sendLatest(String event, String key, @Nullable Object payload);

    /**
     * Calls a function of every member. Each member that is asked has exactly one outcome, at the latest
     * 250 ms after the timeout.
     *
     * @param function the function's name, without a prefix
     * @param payload  a serialisable value, encoded once
     * @param type     the type of the answers
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    <T> XyAnswers<T> call(String function, @Nullable Object payload, XyType<T> type);

    /** Calls a function of every member, see {@link #call(String, Object, XyType)}. */
    default <T> XyAnswers<T> call(String function, @Nullable Object payload, Class<T> type) {
        return call(function, payload, XyType.of(type));
    }

    /** Calls a function of every member without a payload, see {@link #call(String, Object, XyType)}. */
    default <T> XyAnswers<T> call(String function, XyType<T> type) {
        return call(function, XyPayload.none(), type);
    }

    /** Calls a function of every member without a payload, see {@link #call(String, Object, XyType)}. */
    default <T> XyAnswers<T> call(String function, Class<T> type) {
        return call(function, XyPayload.none(), XyType.of(type));
    }

    /** Returns the members that would be asked now, as an unmodifiable list. */
    List<XyMember> members();

    /**
     * Returns a typed view that sends events to the audience.
     *
     * @param contract an interface as for {@link XyCaller#proxy}. Its {@link XyEvent} methods send, and may
     *     return for how many peers of this node the event was queued ({@code int}), or whether for any ({@code
     *     boolean}); its {@link XyRpc}
     *     methods throw {@link UnsupportedOperationException}, see {@link #call(Class, Function)}
     * @throws IllegalArgumentException if the type isn't such an interface; the message names the method
     */
    <C> C proxy(Class<C> contract);

    /**
     * Calls a function of a contract: {@code audience.call(Courier.class, courier -> courier.confirm("Take it?"))}.
     *
     * @param contract an interface as for {@link XyCaller#proxy}
     * @param one      calls one {@link XyRpc} method, which returns the answer itself, and does nothing else; it is run once
     * @throws IllegalArgumentException if the type isn't such an interface, or no such method was called
     */
    <C, T> XyAnswers<T> call(Class<C> contract, Function<C, T> one);
}
