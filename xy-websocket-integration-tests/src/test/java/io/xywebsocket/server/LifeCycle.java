package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyPeer;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.XyConnectedEvent;
import io.xywebsocket.spring.XyDisconnectedEvent;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.EventListener;

/** Hears of peers that come and go. */
class LifeCycle {

    private final BlockingQueue<XyConnectedEvent> connected = new LinkedBlockingQueue<>();
    private final BlockingQueue<XyDisconnectedEvent> disconnected = new LinkedBlockingQueue<>();
    private final ObjectProvider<XyEndpoint> endpoint;

    @EventListener
    void on(XyConnectedEvent event) {
        connected.add(event);
    }

    @EventListener
    void on(XyDisconnectedEvent event) {
        disconnected.add(event);
    }

    LifeCycle(ObjectProvider<XyEndpoint> endpoint) {
        this.endpoint = endpoint;
    }

    /** The next peer that has connected, once its listeners have let it in, or ask it something, or are told of its end. */
    XyPeer connected() {
        XyPeer peer = next(connected).peer();
        await().until(() -> isLetIn(endpoint.getObject(), peer)
                || !peer.isOpen()
                || endpoint.getObject().statistics().pendingCalls() > 0);
        return peer;
    }

    /** Broadcasts reach those that have been let in. */
    static boolean isLetIn(XyEndpoint endpoint, XyPeer peer) {
        return endpoint.broadcaster().here().members().contains(peer);
    }

    /** The next peer that has gone. */
    XyDisconnectedEvent disconnected() {
        return next(disconnected);
    }

    /** The end of this peer, whoever else goes meanwhile. */
    XyDisconnectedEvent disconnected(XyPeer peer) {
        XyDisconnectedEvent event;
        do {
            event = disconnected();
        } while (!event.peer().equals(peer));
        return event;
    }

    boolean isQuiet() {
        return connected.isEmpty() && disconnected.isEmpty();
    }

    void forget() {
        connected.clear();
        disconnected.clear();
    }

    private static <T> T next(BlockingQueue<T> queue) {
        try {
            T event = queue.poll(RawClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("an event of a peer's life").isNotNull();
            return event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
