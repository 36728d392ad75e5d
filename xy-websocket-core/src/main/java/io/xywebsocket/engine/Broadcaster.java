package io.xywebsocket.engine;

import io.xywebsocket.XyBroadcaster;
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
        Names.checked(event);
        Interceptors interceptors = context.interceptors();
        if (interceptors != null) {
            return new InterceptedEvents(context, interceptors).broadcast(peers, event, payload, key, to);
        }
        EncodedFrame frame = context.codec().event(event, payload);
        int queued = 0;
        for (XyPeer peer : peers) {
            Connection connection = ((ConnectionPeer) peer).connection;
            if (connection.hook.isAdmitted() && to.test(peer) && connection.send(frame, key)) {
                queued++;
            }
        }
        return queued;
    }
}
