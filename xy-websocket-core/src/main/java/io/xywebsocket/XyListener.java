package io.xywebsocket;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A listener with an untyped payload. Runs on the executor.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface XyListener {

    /**
     * Handles an event.
     *
     * @param name    the event's name, without a prefix
     * @param payload the payload; missing if the sender sent none
     * @param peer    the sender
     * @throws Exception is logged and stops neither the next listener nor the next event
     */
    void on(String name, XyPayload payload, XyPeer peer) throws Exception;

    /**
     * Handles an event as the engine asks for it: like {@link #on}, and returns a stage if the listener finishes later.
     *
     * @return the stage that the next listener and the peer's next event wait for; null if the listener has finished
     * @throws Exception as {@link #on}
     */
    default @Nullable CompletionStage<?> handle(String name, XyPayload payload, XyPeer peer) throws Exception {
        on(name, payload, peer);
        return null;
    }

    /** A listener that finishes with its stage. */
    @FunctionalInterface
    interface Awaited extends XyListener {

        @Override
        @Nullable
        CompletionStage<?> handle(String name, XyPayload payload, XyPeer peer) throws Exception;

        @Override
        default void on(String name, XyPayload payload, XyPeer peer) throws Exception {
            handle(name, payload, peer);
        }
    }
}
