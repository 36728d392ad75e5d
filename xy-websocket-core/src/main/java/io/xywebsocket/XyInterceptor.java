package io.xywebsocket;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Intercepts calls and events: to authorise, log, measure, change or refuse them. Each method stands for one kind of
 * message in one direction and passes it on unless it is overridden. Incoming messages are intercepted before the
 * look-up of handlers, so unknown names pass it too. Thread-safe.
 *
 * <pre>{@code
 * class LoggedInOnly implements XyInterceptor {
 *
 *     @Override
 *     public @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
 *         if (call.name().startsWith("admin.") && call.peer().principal() == null) {
 *             throw new XyException(401, "Log in first");
 *         }
 *         return chain.proceed(call);
 *     }
 * }
 * }</pre>
 *
 * <p>Incoming messages are intercepted on the executor, where interceptors may block as handlers may. Outgoing ones are
 * intercepted on the sending thread, except for calls that waited for a client's connection: a thread of the client
 * sends these one after the other, and skips an interceptor that hangs for a second. {@link Chain#proceed} continues on
 * the calling thread. Calls and events of an interceptor itself are intercepted too.
 *
 * <p>A unit test makes its messages by {@link XyMessage#incomingCall} and its siblings.
 *
 * @since 0.1
 */
public interface XyInterceptor {

    /**
     * Intercepts a call of a peer.
     *
     * @param chain proceeds to the function, and returns what it returns: a value, null or a {@link CompletionStage}
     * @return the answer as from {@link XyFunction#call}, usually what {@code proceed} returned
     * @throws Exception rejects the call, see {@link XyException}
     */
    default @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
        return chain.proceed(call);
    }

    /**
     * Intercepts a call to a peer.
     *
     * @param chain sends the call, and returns a stage of its answer
     * @return a stage of the answer, usually what {@code proceed} returned or a stage of it; see
     *     {@link XyMessage#answer} for one of its own
     * @throws Exception the call fails with it
     */
    default CompletionStage<XyPayload> outgoingCall(XyMessage call, Chain<CompletionStage<XyPayload>> chain)
            throws Exception {
        return chain.proceed(call);
    }

    /**
     * Intercepts an event of a peer.
     *
     * @param chain proceeds to the listeners, and returns a stage if they haven't finished, otherwise null
     * @return a stage that the peer's next event waits for; null for none. That event waits for the listeners anyway.
     * @throws Exception discards the event, unless the listeners have it already, and is logged: below status 500 at
     *     {@code DEBUG}
     */
    default @Nullable CompletionStage<?> incomingEvent(XyMessage event, Chain<@Nullable CompletionStage<?>> chain)
            throws Exception {
        return chain.proceed(event);
    }

    /**
     * Intercepts an event to a peer; for a broadcast, once for each peer.
     *
     * @param chain queues the event, and returns whether it is queued
     * @return what {@link XyCaller#send} returns to the sender
     * @throws Exception is logged as for {@link #incomingEvent}; the sender gets false
     */
    default boolean outgoingEvent(XyMessage event, Chain<Boolean> chain) throws Exception {
        return chain.proceed(event);
    }

    /**
     * The remaining interceptors, then the handlers or the wire.
     *
     * @param <R> what comes of the message
     */
    @FunctionalInterface
    interface Chain<R extends @Nullable Object> {

        /**
         * Continues with a message. Without this call the message is held back; a second call sends or handles it
         * again.
         *
         * @param message the intercepted message, or one with another payload, see {@link XyMessage#withPayload}; name
         *     and peer stay as they are
         * @return the result, as it is or as the next interceptor changed it
         * @throws Exception the failure of what follows; for an incoming call {@link XyException} with status 404 if
         *     there is no function
         */
        R proceed(XyMessage message) throws Exception;
    }
}
