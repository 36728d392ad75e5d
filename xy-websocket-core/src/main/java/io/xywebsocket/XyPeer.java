package io.xywebsocket;

import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The other side of one live connection. Thread-safe. Two views of one connection are equal; a client that reconnects
 * is another peer.
 */
public interface XyPeer extends XyCaller {

    /** The close code of a login that has ended: the client may come back with a new one. See {@link #close(int, String)}. */
    int LOGIN_ENDED = 4401;

    /** A text that no other peer of this process has, ever. */
    String id();

    /** Whether calls and events can be sent. */
    boolean isOpen();

    /** Closes the connection with code 1000 after what is queued has been written. Doesn't wait. A second time does nothing. */
    default void close() {
        close(1000, "");
    }

    /**
     * Closes the connection after what is queued has been written. Doesn't wait. A second time does nothing.
     *
     * <p>What the peer has sent before is still handled, unless the code is {@link #LOGIN_ENDED}: then only those of its calls and
     * events run on that have begun. And nothing of it runs if {@link XyPeerListener#connected} has not returned yet.
     *
     * @param code   a close code, RFC 6455 §7.4: 1000 or one of 3000 to 4999 are an application's; 1001 to 1003 and 1007 to 1014 have
     *     meanings of their own
     * @param reason a text of at most 123 UTF-8 bytes; a longer one is shortened
     * @throws IllegalArgumentException if the code is another one, which no close frame may bear; nothing is closed then
     */
    void close(int code, String reason);

    /** What the application keeps with this connection, and what the handshake put there. A mutable, thread-safe map. */
    Map<String, Object> attributes();

    /** Who has logged in: with the handshake, or since then by {@link #identify}; null if nobody has. */
    default @Nullable Principal principal() {
        return handshake().principal();
    }

    /**
     * From now on this is who has logged in: handlers that start later see it, those that run keep what they have seen. For
     * logins that are renewed while the connection lasts. It is for the caller to have checked that it is true.
     *
     * @param principal who; null for nobody
     * @throws UnsupportedOperationException if this kind of peer, one of a test perhaps, can't
     */
    default void identify(@Nullable Principal principal) {
        throw new UnsupportedOperationException(getClass() + " can't change who has logged in");
    }

    /**
     * Has something done as soon as the connection has ended, or now if it has: for what is done for this peer alone and would go on
     * for nobody. Listeners of {@link XyPeerListener#disconnected} may hear of the end later, after the peer's last events.
     *
     * @param action runs once, on the executor; what it throws is logged
     * @return takes it back, if it has not begun
     * @throws UnsupportedOperationException if this kind of peer, one of a test perhaps, can't tell
     */
    default XyRegistration onEnd(Runnable action) {
        throw new UnsupportedOperationException(getClass() + " can't tell when it ends");
    }

    /** The request that opened the connection: its URI and headers. */
    XyHandshake handshake();

    @Override
    XyPeer withTimeout(Duration timeout);
}
