package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Intercepts every call and event in both directions: to authorise, log, measure, change or refuse them. Incoming
 * messages are intercepted before the look-up of handlers, so unknown names pass it too. Thread-safe.
 *
 * <p>Incoming messages are intercepted on the executor, where interceptors may block as handlers may. Outgoing ones are
 * intercepted on the sending thread, except for calls that waited for a client's connection: a thread of the client
 * sends these one after the other, and skips an interceptor that hangs for a second. {@link Chain#proceed} continues on
 * the calling thread. Calls and events of an interceptor itself are intercepted too.
 */
@FunctionalInterface
public interface XyInterceptor {

    /**
     * Handles a message, usually with {@link Chain#proceed}.
     *
     * @param message the incoming or outgoing message
     * @param chain   the remaining interceptors, then the handlers or the wire
     * @return for an incoming call its answer as from {@link XyFunction#call}; for an outgoing call its answer, or a
     *     {@link java.util.concurrent.CompletionStage} of it, which is read as the caller's type; for an outgoing event
     *     whether it is queued; for an incoming event anything, where the next event waits for a stage. Usually this is
     *     what {@code proceed} returned.
     * @throws Exception refuses the message. An incoming call is rejected with it, see {@link XyException}, and an
     *     outgoing call fails with it. An event is discarded; the failure is logged, and {@link XyCaller#send} returns
     *     false.
     */
    @Nullable
    Object intercept(XyMessage message, Chain chain) throws Exception;

    /** The rest of the chain. */
    @FunctionalInterface
    interface Chain {

        /**
         * Continues with a message. Without this call the message is held back; a second call sends or handles it
         * again.
         *
         * @param message the given message, or one with another payload
         * @return for an incoming call the result of its function: a value, null or a {@link
         *     java.util.concurrent.CompletionStage}, or what the next interceptor made of it; for an outgoing call a
         *     {@link java.util.concurrent.CompletableFuture} of its answer as an {@link XyPayload}, with the caller's
         *     timeout; for an outgoing event a {@link Boolean}, whether it is queued; for an incoming event a stage if
         *     its listeners haven't finished, otherwise null
         * @throws Exception the function's exception; {@link XyException} with status 404 if there is no function
         */
        @Nullable
        Object proceed(XyMessage message) throws Exception;
    }
}
