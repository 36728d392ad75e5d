package io.xywebsocket.client;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whoever wants to know how a client's connection fares. One that throws is logged and stops no other. Thread-safe. */
final class ClientListeners implements XyConnectionListener {

    private static final Logger log = LoggerFactory.getLogger(ClientListeners.class);

    private final List<Consumer<XyPeer>> connected = new CopyOnWriteArrayList<>();
    private final List<XyClient.Disconnected> disconnected = new CopyOnWriteArrayList<>();
    private final List<XyClient.Retrying> retrying = new CopyOnWriteArrayList<>();
    private final List<Consumer<XyNotConnectedException>> gaveUp = new CopyOnWriteArrayList<>();

    /** Finds the client's connection to a peer; an earlier one's peer has none any more. */
    private volatile Function<XyPeer, Optional<ClientConnection>> connections = peer -> Optional.empty();

    /** Tells the client's connections, too, what the listeners hear. */
    void connections(Function<XyPeer, Optional<ClientConnection>> source) {
        connections = source;
    }

    XyRegistration onConnected(Consumer<XyPeer> listener) {
        return add(connected, peer -> listener.accept(peer));
    }

    XyRegistration onDisconnected(XyClient.Disconnected listener) {
        return add(disconnected, (peer, code, reason) -> listener.on(peer, code, reason));
    }

    XyRegistration onRetrying(XyClient.Retrying listener) {
        return add(retrying, (tries, delay, cause) -> listener.on(tries, delay, cause));
    }

    XyRegistration onGaveUp(Consumer<XyNotConnectedException> listener) {
        return add(gaveUp, cause -> listener.accept(cause));
    }

    @Override
    public void connected(XyPeer peer) {
        tell(connected, listener -> listener.accept(peer));
        connections.apply(peer).ifPresent(ClientConnection::announced);
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {
        Optional<ClientConnection> ended = connections.apply(peer);
        ended.ifPresent(connection -> connection.tellsEnd(code, reason));
        tell(disconnected, listener -> listener.on(peer, code, reason));
        ended.ifPresent(ClientConnection::endTold);
    }

    void retrying(int failedTries, Duration delay, Throwable cause) {
        tell(retrying, listener -> listener.on(failedTries, delay, cause));
    }

    void gaveUp(XyNotConnectedException cause) {
        tell(gaveUp, listener -> listener.accept(cause));
    }

    private static <L> XyRegistration add(List<L> listeners, L own) {
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    private static <L> void tell(List<L> listeners, Consumer<L> news) {
        for (L listener : listeners) {
            try {
                news.accept(listener);
            } catch (Throwable e) {
                LogText.quietly(() -> log.error("A listener of the connection failed", LogText.of(e)));
            }
        }
    }
}
