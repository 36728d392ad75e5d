package io.xywebsocket.engine;

import io.xywebsocket.XyPeer;
import org.jspecify.annotations.Nullable;

/** The peer that has sent a call, as seen by the call. */
interface Caller {

    EngineContext context();

    XyPeer peer();

    /** Queues an answer. A drain run writes it at its end. */
    void answer(EncodedFrame frame, boolean inDrainRun);

    /**
     * Answers 503 to a call for which no thread is available.
     *
     * @param calledAt see {@link TrafficLog#now}
     */
    void refuse(String function, @Nullable String callId, long calledAt);

    /** Answers 429 to a call that would wait for its own caller, as {@link #refuse} does. */
    void refuseAsTooDeep(String function, @Nullable String callId, long calledAt);

    /** Lets later calls pass this entry. */
    void letCallsPass(InboundEntry entry);
}
