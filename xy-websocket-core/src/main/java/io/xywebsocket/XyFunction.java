package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * A function in its plainest form: the name it was called by, the payload as it came, the caller. Runs on the executor. When the caller
 * has cancelled the call, or waits no longer, the thread is interrupted if it is inside the function, or the stage that it returned is
 * cancelled if that is an {@link XyCancellableFuture}; whatever it answers after that is dropped.
 */
@FunctionalInterface
public interface XyFunction {

    /**
     * @param name    the function's name, without a prefix
     * @param payload the payload; absent where the caller sent none
     * @param peer    the caller
     * @return the answer: a value, which is written as its class says, or as the type of an {@link XyValue}, null, a {@link
     *     java.util.concurrent.CompletionStage} of one (awaited), or an {@link XyPayload}, which goes out as it is ({@link XyPayload#none()}: an answer without a payload)
     * @throws Exception the rejection, see {@link XyException}
     */
    @Nullable
    Object call(String name, XyPayload payload, XyPeer peer) throws Exception;
}
