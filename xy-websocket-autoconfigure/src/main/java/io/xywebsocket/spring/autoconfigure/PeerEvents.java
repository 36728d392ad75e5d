package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeerListener;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import java.util.List;
import org.springframework.context.ApplicationEventPublisher;

/** Tells the application of its peers: beans that listen to peers first, then everybody by Spring's events. */
final class PeerEvents implements XyPeerListener {

    private final ApplicationEventPublisher events;
    private final List<XyPeerListener> listeners;

    PeerEvents(ApplicationEventPublisher events, List<XyPeerListener> listeners) {
        this.events = events;
        this.listeners = listeners;
    }

    @Override
    public void connected(XyPeer peer) {
        listeners.forEach(listener -> listener.connected(peer));
        events.publishEvent(new XyConnectedEvent(peer));
    }

    @Override
    public void identified(XyPeer peer) {
        listeners.forEach(listener -> listener.identified(peer));
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {
        listeners.forEach(listener -> listener.disconnected(peer, code, reason));
        events.publishEvent(new XyDisconnectedEvent(peer, code, reason));
    }
}
