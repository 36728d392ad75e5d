package io.xywebsocket.engine;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.untrusted.LogText;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Combines listeners, notified in order. Listeners behind one that refuses a peer are not notified of it;
 * "disconnected" goes to those that were. Failures of "identified" reach its caller. Immutable.
 */
final class ConnectionListeners implements XyConnectionListener {

    private static final Logger log = LoggerFactory.getLogger(ConnectionListeners.class);

    private final List<XyConnectionListener> listeners;

    ConnectionListeners(List<XyConnectionListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void connected(XyPeer peer) {
        for (XyConnectionListener listener : listeners) {
            if (peer instanceof ConnectionPeer view && !view.connection.hook.notifiesNext()) {
                return;
            }
            listener.connected(peer);
        }
    }

    @Override
    public void identified(XyPeer peer) {
        Throwable failure = notifyEach(listeners, listener -> listener.identified(peer));
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {
        int notified = peer instanceof ConnectionPeer view ? view.connection.hook.endNotifications() : listeners.size();
        var unused = notifyEach(listeners.subList(0, notified), listener -> listener.disconnected(peer, code, reason));
    }

    /** Notifies all listeners. Returns the first failure; null if there was none. */
    private static @Nullable Throwable notifyEach(
            List<XyConnectionListener> listeners, Consumer<XyConnectionListener> notice) {
        Throwable first = null;
        for (XyConnectionListener listener : listeners) {
            try {
                notice.accept(listener);
            } catch (Throwable t) {
                LogText.quietly(() -> log.error("A listener of connections failed", LogText.of(t)));
                first = first == null ? t : first;
            }
        }
        return first;
    }
}
