package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * A function with an untyped payload. Runs on the executor. If the caller cancels the call or its time is over, the
 * thread is interrupted while it is inside the function; an {@link XyCancellableFuture} that it has returned is
 * cancelled. Later answers are discarded.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface XyFunction {

    /**
     * @param name    the function's name, without a prefix
     * @param payload the payload; missing if the caller sent none
     * @param peer    the caller
     * @return the answer: a value, written as its class or as the type of an {@link XyValue}; null; a {@link
     *     java.util.concurrent.CompletionStage}, which is awaited; or an {@link XyPayload}, sent as it is ({@link
     *     XyPayload#none()} for an answer without a payload)
     * @throws Exception the rejection, see {@link XyException}
     */
    @Nullable
    Object call(String name, XyPayload payload, XyPeer peer) throws Exception;
}
