package io.xywebsocket.engine;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyPeer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sends events to all peers. A class of its own, as containers that inject by type must tell it from the peers. */
final class Broadcaster implements XyBroadcaster {

    private final EngineContext context;
    private final Peers peers;

    Broadcaster(EngineContext context, Peers peers) {
        this.context = context;
        this.peers = peers;
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
        XyLimits.checkedName(event);
        Predicate<ConnectionPeer> sender = sender(event, payload, key);
        int queued = 0;
        for (XyPeer each : peers) {
            ConnectionPeer peer = (ConnectionPeer) each;
            if (peer.connection.hook.isAdmitted() && to.test(peer) && sender.test(peer)) {
                queued++;
            }
        }
        return queued;
    }

    private Predicate<ConnectionPeer> sender(String event, @Nullable Object payload, @Nullable LatestKey key) {
        Interceptors interceptors = context.interceptors();
        if (interceptors != null) {
            return new InterceptedEvents(context, interceptors).sender(event, payload, key);
        }
        EncodedFrame frame = context.codec().event(event, payload);
        return peer -> peer.connection.send(frame, key);
    }
}
