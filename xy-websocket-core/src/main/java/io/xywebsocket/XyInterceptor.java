package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Stands around every call and every event, both ways: to authorise, log, time, change or refuse them. Around what arrives it stands
 * before the look-up, so names that nobody offers pass it too. Thread-safe.
 *
 * <p>What arrives is intercepted on the executor, and may block, as handlers may; what is sent, on the thread that sends it, but for
 * calls of a client that waited for its connection: a thread of the client's sends these one after the other, and goes past one that
 * hangs for a second. {@link Chain#proceed} does the rest on the calling thread. What an interceptor itself calls or sends is intercepted too.
 */
@FunctionalInterface
public interface XyInterceptor {

    /**
     * Handles a message, by letting it go on or otherwise.
     *
     * @param message what arrived or is to be sent
     * @param chain   the rest of its way: the interceptors after this one, then handlers or wire
     * @return for a call that arrived, its answer as {@link XyFunction#call} returns it; for one that is sent, its answer or a {@link
     *     java.util.concurrent.CompletionStage} of it, which is read as the type that the caller wants; for an event that is sent, whether it is
     *     queued; for an event that arrived, anything, and if it is a stage the next event waits for it. In general: what {@code proceed} returned
     * @throws Exception refuses the message. A call that arrived is rejected with it, see {@link XyException}; one that is sent fails
     *     with it. An event goes no further; the failure is logged, and {@link XyCaller#send} returns false
     */
    @Nullable
    Object intercept(XyMessage message, Chain chain) throws Exception;

    /** The rest of a message's way. */
    @FunctionalInterface
    interface Chain {

        /**
         * Lets a message go on. Not to do so keeps it back; a second time sends or handles it again.
         *
         * @param message as it was given, or with another payload
         * @return for a call that arrived, what its function returned: a value, null, a {@link
         *     java.util.concurrent.CompletionStage}, or what the next interceptor made of it; for one that is sent, a {@link
         *     java.util.concurrent.CompletableFuture} of its answer as an {@link XyPayload}, with the caller's timeout; for an event that is
         *     sent, a {@link Boolean}: whether it is queued; for an event that arrived, a stage if its listeners aren't finished, else null
         * @throws Exception what the function has thrown; {@link XyException} with status 404 if there is none
         */
        @Nullable
        Object proceed(XyMessage message) throws Exception;
    }
}
