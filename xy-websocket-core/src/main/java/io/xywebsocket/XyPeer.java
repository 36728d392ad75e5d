package io.xywebsocket;

import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The other side of one live connection to this node. Thread-safe. Two views of one connection are equal; a client that
 * reconnects is a new peer.
 *
 * <pre>{@code
 * boolean queued = peer.send("parcel.assigned", parcel);
 * Position position = peer.await("courier.locate", courier, Position.class);
 * peer.call("courier.locate", courier, Position.class).thenAccept(map::show);
 * boolean accepted = peer.withTimeout(Duration.ofMinutes(1)).await("courier.accept", parcel, boolean.class);
 * }</pre>
 *
 * @since 0.1
 */
public interface XyPeer extends XyMember {

    /** The close code for an ended login: the client may reconnect with a new one. See {@link #close(int, String)}. */
    int LOGIN_ENDED = 4401;

    /** Returns whether calls and events can be sent. */
    boolean isOpen();

    /**
     * Closes the connection after queued messages have been written. Never blocks. Idempotent.
     *
     * <p>Calls and events that have arrived are still handled, with two exceptions: after {@link #LOGIN_ENDED} only
     * those that run continue, and if {@link XyConnectionListener#connected} has not returned yet, none runs.
     *
     * @param code   a close code, RFC 6455 §7.4: applications use 1000 or 3000 to 4999; 1001 to 1003 and 1007 to 1014
     *     have defined meanings
     * @param reason a text of at most 123 UTF-8 bytes; longer ones are truncated
     * @throws IllegalArgumentException for other codes, which no close frame may have; nothing is closed then
     */
    @Override
    void close(int code, String reason);

    /**
     * Returns the application's attributes of the connection: a mutable, thread-safe map. On a server it begins with
     * what the application's {@code HandshakeInterceptor} beans have put, on a client empty.
     */
    Map<String, Object> attributes();

    /** Returns the name of {@link #principal()}. */
    @Override
    default @Nullable String user() {
        Principal principal = principal();
        return principal == null ? null : principal.getName();
    }

    /** Returns the authenticated user, from the handshake or from {@link #identify}; null if there is none. */
    default @Nullable Principal principal() {
        return handshake().principal();
    }

    /**
     * Changes the authenticated user, for logins that are renewed during the connection. Handlers that start later see
     * it; running ones keep the former user. The caller must have verified the login.
     *
     * @param principal the user; null for none
     * @throws XyException with status 400 if the user's name has more than {@link XyLimits#MAX_NAME} characters; nothing
     *     is changed then
     * @throws UnsupportedOperationException if this implementation doesn't support it
     */
    default void identify(@Nullable Principal principal) {
        throw new UnsupportedOperationException(getClass() + " can't change who has logged in");
    }

    /**
     * Runs an action as soon as the connection has ended, or now if it has: for work that is done for this peer alone.
     * Listeners of {@link XyConnectionListener#disconnected} may be notified later, after the peer's last events.
     *
     * @param action runs once, on the executor; exceptions are logged
     * @return removes the action, if it has not started
     * @throws UnsupportedOperationException if this implementation doesn't support it
     */
    default XyRegistration onEnd(Runnable action) {
        throw new UnsupportedOperationException(getClass() + " can't tell when it ends");
    }

    /** Returns the request that opened the connection: its URI, headers and remote address. */
    XyHandshake handshake();

    @Override
    XyPeer withTimeout(Duration timeout);
}
