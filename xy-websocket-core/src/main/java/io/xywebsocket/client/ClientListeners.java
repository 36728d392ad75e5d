package io.xywebsocket.client;

import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeerListener;
import io.xywebsocket.XyRegistration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whoever wants to know how a client's connection fares. One that throws is logged and stops no other. Thread-safe. */
final class ClientListeners implements XyPeerListener {

    private static final Logger log = LoggerFactory.getLogger(XyClient.class);

    private final List<Consumer<XyPeer>> connected = new CopyOnWriteArrayList<>();
    private final List<XyClient.Disconnected> disconnected = new CopyOnWriteArrayList<>();
    private final List<XyClient.Retrying> retrying = new CopyOnWriteArrayList<>();

    XyRegistration onConnected(Consumer<XyPeer> listener) {
        return add(connected, peer -> listener.accept(peer));
    }

    XyRegistration onDisconnected(XyClient.Disconnected listener) {
        return add(disconnected, (peer, code, reason) -> listener.on(peer, code, reason));
    }

    XyRegistration onRetrying(XyClient.Retrying listener) {
        return add(retrying, (tries, delay, cause) -> listener.on(tries, delay, cause));
    }

    @Override
    public void connected(XyPeer peer) {
        tell(connected, listener -> listener.accept(peer));
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {
        tell(disconnected, listener -> listener.on(peer, code, reason));
    }

    void retrying(int failedTries, Duration delay, Throwable cause) {
        tell(retrying, listener -> listener.on(failedTries, delay, cause));
    }

    private static <L> XyRegistration add(List<L> listeners, L own) {
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    private static <L> void tell(List<L> listeners, Consumer<L> news) {
        for (L listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                log.error("A listener of the connection failed", e);
            }
        }
    }
}
