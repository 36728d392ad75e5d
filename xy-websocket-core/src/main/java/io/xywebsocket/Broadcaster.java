package io.xywebsocket;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The way to all peers of one endpoint. A class of its own, so that a container that injects by type can tell it from the peers. */
final class Broadcaster implements XyBroadcaster {

    private final XyEndpoint endpoint;

    Broadcaster(XyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public int broadcast(String event, @Nullable Object payload, Predicate<? super XyPeer> to) {
        return send(event, payload, null, to);
    }

    @Override
    public int broadcastLatest(String event, String key, @Nullable Object payload, Predicate<? super XyPeer> to) {
        return send(event, payload, new LatestKey(event, key), to);
    }

    private int send(String event, @Nullable Object payload, @Nullable LatestKey key, Predicate<? super XyPeer> to) {
        Names.checked(event);
        if (endpoint.interceptors != null) {
            return endpoint.interceptors.broadcast(event, payload, key, to);
        }
        EncodedFrame frame = endpoint.event(event, payload);
        int queued = 0;
        for (XyPeer peer : endpoint.peers) {
            Connection connection = ((PeerFace) peer).connection;
            if (connection.hook.isAdmitted() && to.test(peer) && connection.send(frame, key)) {
                queued++;
            }
        }
        return queued;
    }
}
