package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several listeners as one, told in order. Of a peer that one of them refuses those behind it hear nothing; of its end hears whoever has been told
 * of it, whatever becomes of the others. Who identifies a peer gets to know of a failure. Immutable.
 */
final class PeerListeners implements XyPeerListener {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    private final List<XyPeerListener> listeners;

    PeerListeners(List<XyPeerListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void connected(XyPeer peer) {
        for (XyPeerListener listener : listeners) {
            if (peer instanceof PeerFace face && !face.connection.hook.tells()) {
                return;
            }
            listener.connected(peer);
        }
    }

    @Override
    public void identified(XyPeer peer) {
        Throwable failure = tell(listeners, listener -> listener.identified(peer));
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    @Override
    public void disconnected(XyPeer peer, int code, String reason) {
        int told = peer instanceof PeerFace face ? face.connection.hook.endTelling() : listeners.size();
        var unused = tell(listeners.subList(0, told), listener -> listener.disconnected(peer, code, reason));
    }

    /** The first failure; null if there was none. */
    private static @Nullable Throwable tell(List<XyPeerListener> listeners, Consumer<XyPeerListener> notice) {
        Throwable first = null;
        for (XyPeerListener listener : listeners) {
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
