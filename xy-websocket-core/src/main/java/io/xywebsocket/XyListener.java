package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/** A listener with an untyped payload. Runs on the executor. */
@FunctionalInterface
public interface XyListener {

    /**
     * @param name    the event's name, without a prefix
     * @param payload the payload; missing if the sender sent none
     * @param peer    the sender
     * @throws Exception is logged and stops neither the next listener nor the next event
     */
    void on(String name, XyPayload payload, XyPeer peer) throws Exception;

    /** A listener that finishes with its stage: the next event of that peer waits for it. */
    @FunctionalInterface
    interface Awaited extends XyListener {

        /** Like {@link #on}; returns a stage to be awaited, or null. */
        @Nullable
        Object handle(String name, XyPayload payload, XyPeer peer) throws Exception;

        @Override
        default void on(String name, XyPayload payload, XyPeer peer) throws Exception {
            handle(name, payload, peer);
        }
    }
}
