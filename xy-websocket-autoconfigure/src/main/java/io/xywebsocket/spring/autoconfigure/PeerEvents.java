package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import org.springframework.context.ApplicationEventPublisher;

/** Tells the application of its peers by Spring's events. */
record PeerEvents(ApplicationEventPublisher events) implements XyConnectionListener {

    @Override
    public void connected(XyPeer peer) {
        events.publishEvent(new XyConnectedEvent(peer));
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {
        events.publishEvent(new XyDisconnectedEvent(peer, code, reason));
    }
}
