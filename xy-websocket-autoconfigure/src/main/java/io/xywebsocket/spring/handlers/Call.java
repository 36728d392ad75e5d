package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came from a peer, on its way to become a method's arguments. Confined to one thread. */
final class Call {

    private final XyPayload payload;
    private final XyPeer peer;
    private @Nullable Map<String, XyPayload> members;

    Call(XyPayload payload, XyPeer peer) {
        this.payload = payload;
        this.peer = peer;
    }

    XyPayload payload() {
        return payload;
    }

    XyPeer peer() {
        return peer;
    }

    /** A member of a payload that is an object; without a payload none has a value. */
    XyPayload member(String name) {
        if (members == null) {
            members = payload.isPresent() ? payload.members() : Map.of();
        }
        return members.getOrDefault(name, XyPayload.none());
    }
}
