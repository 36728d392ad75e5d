package io.xywebsocket.engine;

import io.xywebsocket.protocol.FrameEncoder;
import io.xywebsocket.protocol.JsonBuffer;
import org.jspecify.annotations.Nullable;

/** Carries outgoing calls to where they are answered: the peer itself, or the node that it is connected to. */
interface CallWire {

    /**
     * Encodes a call as far as it can be without an id.
     *
     * @param payload null for none
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    JsonBuffer begin(PendingCall call, FrameEncoder.@Nullable Payload payload);

    /** Sends a call that has an id. Returns whether it did. */
    boolean send(PendingCall call, JsonBuffer begun);

    /** Tells the other side that nobody waits for the answer. */
    void cancel(PendingCall call);
}
