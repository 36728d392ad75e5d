package io.xywebsocket.engine;

import io.xywebsocket.protocol.FrameEncoder;
import io.xywebsocket.protocol.JsonBuffer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sends calls to a peer as frames of the protocol. */
record PeerWire(FrameEncoder encoder, Predicate<EncodedFrame> sender) implements CallWire {

    @Override
    public JsonBuffer begin(PendingCall call, FrameEncoder.@Nullable Payload payload) {
        return encoder.beginCall(call.function, payload);
    }

    @Override
    public boolean send(PendingCall call, JsonBuffer begun) {
        String id = PendingCalls.format(call.id);
        JsonBuffer frame = encoder.endCall(begun, id, call.ttl());
        TrafficLog.Label label = TrafficLog.label(TrafficLog.Kind.CALL, call.function, id);
        return sender.test(EncodedFrame.of(frame, EncodedFrame.Kind.OTHER, label));
    }

    @Override
    public void cancel(PendingCall call) {
        String id = PendingCalls.format(call.id);
        JsonBuffer frame = encoder.cancel(call.function, id);
        if (frame != null) {
            TrafficLog.Label label = TrafficLog.label(TrafficLog.Kind.CANCEL, call.function, id);
            var unused = sender.test(EncodedFrame.of(frame, EncodedFrame.Kind.ANSWER, label));
        }
    }
}
