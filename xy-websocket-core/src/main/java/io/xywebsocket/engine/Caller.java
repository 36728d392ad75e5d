package io.xywebsocket.engine;

import io.xywebsocket.XyPeer;
import io.xywebsocket.protocol.JsonBuffer;
import org.jspecify.annotations.Nullable;

/** The peer that has sent a call, as seen by the call. */
interface Caller {

    EngineContext context();

    XyPeer peer();

    /** Queues an answer. A drain run writes it at its end. */
    void answer(JsonBuffer frame, boolean inDrainRun);

    /** Answers 503 to a call for which no thread is available. */
    void refuse(String function, @Nullable String callId);

    /** Answers 429 to a call that would wait for its own caller. */
    void refuseAsTooDeep(String function, @Nullable String callId);

    /** Lets later calls pass this entry. */
    void letCallsPass(InboundEntry entry);
}
