package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.cluster.Cluster;
import io.xywebsocket.cluster.Message;
import io.xywebsocket.protocol.FrameEncoder;
import io.xywebsocket.protocol.JsonBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Sends calls to the node that the called member is connected to. */
record RemoteWire(Cluster cluster, String node) implements CallWire {

    @Override
    public JsonBuffer begin(PendingCall call, FrameEncoder.@Nullable Payload payload) {
        JsonBuffer line = ClusterLines.begin(call.kind);
        ClusterLines.text(line, "m", call.member);
        ClusterLines.text(line, "n", call.function);
        if (payload != null) {
            line.append(",\"p\":");
            try {
                payload.writeTo(line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return line;
    }

    @Override
    public boolean send(PendingCall call, JsonBuffer begun) {
        begun.append(",\"id\":").append(PendingCalls.format(call.id));
        Message message = ClusterLines.call(begun, call);
        if (cluster.isTooLarge(message)) {
            refuseAsTooLarge(call);
            return false;
        }
        return cluster.send(node, message);
    }

    /** Retrying can't succeed. */
    static void refuseAsTooLarge(PendingCall call) {
        call.settle(new PendingCall.Failed(() -> new XyException(
                413, "The call of '" + call.function + "' is larger than cluster.publish-buffer-size")));
    }

    @Override
    public void cancel(PendingCall call) {
        var unused = cluster.send(node, ClusterLines.cancel(PendingCalls.format(call.id)));
    }
}
