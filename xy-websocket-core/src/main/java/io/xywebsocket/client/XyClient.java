package io.xywebsocket.client;

import io.xywebsocket.XyCaller;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XyStatistics;
import io.xywebsocket.XyType;
import io.xywebsocket.engine.XyEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that connects, stays connected, and can be called by the server as it can call the server. What it offers, and the
 * proxies made from it, outlive its connections. Thread-safe.
 *
 * <p>While it is not connected a call fails at once with {@link XyNotConnectedException} and an event is not sent;
 * only calls made during the very first try wait for it, within their timeout. {@link XyClientBuilder#waitForConnection}
 * makes all calls wait.
 *
 * <p>After a server has closed with 1000, as it does where nothing was said for its idle timeout, the client is {@link State#DORMANT}: the next
 * call connects it again and waits for that as for a first try, and so does an event, though it is not sent itself.
 *
 * <pre>{@code
 * URI server = URI.create("wss://stock.example/ws");
 * try (XyClient client = XyClient.builder(server).token(() -> tokens.current()).build()) {
 *     client.handlers().register("courier.locate", String.class, courier -> positions.of(courier));
 *     client.connect();
 *     StockLevel level = client.await("stock.level", query, StockLevel.class);
 *     client.send("parcel.scanned", scan);
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class XyClient implements XyCaller, AutoCloseable {

    /** Where a client stands. */
    public enum State {
        /** Not yet told to connect. */
        NEW,
        /** A try is under way. */
        CONNECTING,
        /** Connected. */
        CONNECTED,
        /** In the pause before the next try. */
        WAITING,
        /**
         * The connection has ended, and the client doesn't come back by itself, see {@link XyClientBuilder#reconnect}. {@link XyClient#connect}
         * brings it back; after a close with 1000, as of an idle timeout, a call or an event does too.
         */
        DORMANT,
        /** Closed for good. */
        CLOSED
    }

    /** Hears that a connection is over. */
    @FunctionalInterface
    public interface Disconnected {
        /**
         * Runs on the executor, after that connection's last event.
         *
         * @param code   the close code, RFC 6455 §7.4; 1006 if the connection ended without one
         * @param reason may be empty
         */
        void on(XyPeer peer, int code, String reason);
    }

    /** Hears that a try failed or a connection ended, and that there will be another try. */
    @FunctionalInterface
    public interface Retrying {
        /**
         * Runs on a thread that may block, one notice after the other; the next try doesn't wait for it.
         *
         * @param failedTries how many tries in a row have failed; 0 if a connection ended
         * @param delay       how long until the next
         * @param cause       what went wrong: a {@link java.net.http.WebSocketHandshakeException} has the server's answer, an {@link
         *     XyNotConnectedException} says how a connection ended
         */
        void on(int failedTries, Duration delay, Throwable cause);
    }

    /** Decides whether a client comes back by itself. */
    @FunctionalInterface
    public interface Reconnect {
        /**
         * Asked once for each connection that has ended, after the listeners of {@link #onDisconnected}, on a thread that may block; the
         * client stays away until it has returned. If it throws, the client comes back, and the log has a line of it.
         *
         * @param code   the close code, as those listeners hear it; 1006 if the connection ended without one
         * @param reason may be empty
         * @return whether to come back, after the usual pause
         */
        boolean after(int code, String reason);
    }

    private final ClientSettings settings;
    private final XyEndpoint endpoint;
    private final ClientListeners listeners = new ClientListeners();
    private final Connector connector;
    private final XyCaller calls;

    XyClient(XyClientBuilder builder) {
        settings = builder.settings();
        endpoint = builder.endpoint(listeners);
        builder.handlers.forEach(registrations -> registrations.accept(endpoint.handlers()));
        XyClientThreads threads = builder.threads;
        boolean shared = threads != null && builder.sslContext == null && builder.proxy == null;
        HttpSockets sockets = threads != null && shared
                ? threads.sockets
                : new HttpSockets(endpoint.clock(), builder.sslContext, builder.proxy);
        connector = new Connector(settings, endpoint, sockets, !shared, listeners);
        calls = new ClientCalls(endpoint, connector, endpoint.timeouts().call());
    }

    /**
     * A client to be set up.
     *
     * @param uri the server's address, {@code ws://} or {@code wss://}
     */
    public static XyClientBuilder builder(URI uri) {
        return new XyClientBuilder(uri);
    }

    /** The functions and listeners that the server can use. */
    public XyHandlers handlers() {
        return endpoint.handlers();
    }

    /**
     * Begins to connect, and to connect again whenever the connection ends, see {@link XyClientBuilder#reconnect}. Doesn't wait. A second
     * time changes nothing, unless the client is {@link State#DORMANT}: then it begins anew.
     *
     * @return completes when the first connection since then is open and {@link #onConnected}'s listeners have heard of it, however many tries
     *     that takes; fails with {@link
     *     XyNotConnectedException} if the client is closed before that, or gives up
     * @throws IllegalStateException if the client has been closed
     */
    public CompletableFuture<XyPeer> connect() {
        return connector.start();
    }

    /** The server, while connected. */
    public Optional<XyPeer> peer() {
        return Optional.ofNullable(connector.peer());
    }

    /** Where the client stands. */
    public State state() {
        return connector.state();
    }

    /** Tells of each connection, before its first event. On the executor. */
    public XyRegistration onConnected(Consumer<XyPeer> listener) {
        return listeners.onConnected(listener);
    }

    /** Tells of the end of each connection. On the executor. */
    public XyRegistration onDisconnected(Disconnected listener) {
        return listeners.onDisconnected(listener);
    }

    /** Tells of each pause before another try. */
    public XyRegistration onRetrying(Retrying listener) {
        return listeners.onRetrying(listener);
    }

    /** Tells that {@link XyClientBuilder#maxTries} have failed and the client has closed itself. On a thread that may block. */
    public XyRegistration onGaveUp(Consumer<XyNotConnectedException> listener) {
        return listeners.onGaveUp(listener);
    }

    /** The client in numbers. */
    public XyStatistics statistics() {
        return endpoint.statistics();
    }

    @Override
    public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
        return calls.call(function, payload, type);
    }

    @Override
    public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
        return calls.await(function, payload, type);
    }

    @Override
    public boolean send(String event, @Nullable Object payload) {
        return calls.send(event, payload);
    }

    @Override
    public boolean sendLatest(String event, String key, @Nullable Object payload) {
        return calls.sendLatest(event, key, payload);
    }

    @Override
    public XyCaller withTimeout(Duration timeout) {
        return calls.withTimeout(timeout);
    }

    /**
     * Ends the connection with 1000 after what has been sent, the tries to have one, and all threads of this client. Pending calls
     * fail at once. Waits until the server has answered and the listeners have been told, for about a second at most; not within a handler
     * or listener of this client, which would wait for itself.
     */
    @Override
    public void close() {
        connector.close();
    }

    @Override
    public String toString() {
        return "XyClient[" + settings.target() + ", " + state() + "]";
    }
}
