package io.xywebsocket;

import io.xywebsocket.transport.CloseCodes;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A connection as the application sees it, with a call timeout. */
final class PeerFace implements XyPeer {

    final Connection connection;
    private final Duration timeout;

    PeerFace(Connection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
    }

    @Override
    public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
        Names.checked(function);
        Interceptors interceptors = connection.endpoint.interceptors;
        return interceptors == null
                ? connection.calls.call(function, payload, type, timeout)
                : intercepted(function, type).call(interceptors, this, payload);
    }

    @Override
    @SuppressWarnings("NullAway") // like Map.get: whoever is answered null gets null
    public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
        Names.checked(function);
        Interceptors interceptors = connection.endpoint.interceptors;
        if (interceptors != null) {
            return intercepted(function, type).await(interceptors, this, payload);
        }
        PendingCall.Outcome outcome = connection.calls.await(function, payload, timeout);
        return connection.endpoint.answers.valueOf(function, connection.id, outcome, type);
    }

    @Override
    public boolean send(String event, @Nullable Object payload) {
        return send(event, payload, null);
    }

    @Override
    public boolean sendLatest(String event, String key, @Nullable Object payload) {
        return send(event, payload, new LatestKey(event, key));
    }

    private boolean send(String event, @Nullable Object payload, @Nullable LatestKey key) {
        Names.checked(event);
        XyEndpoint endpoint = connection.endpoint;
        return endpoint.interceptors == null
                ? connection.send(endpoint.event(event, payload), key)
                : endpoint.interceptors.send(this, event, payload, key);
    }

    private <T> InterceptedCall<T> intercepted(String function, XyType<T> type) {
        return new InterceptedCall<>(connection.endpoint, connection.calls, function, type, timeout);
    }

    @Override
    public XyPeer withTimeout(Duration other) {
        return new PeerFace(connection, XyTimeouts.positive("timeout", other));
    }

    @Override
    public String id() {
        return connection.id;
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public void close(int code, String reason) {
        connection.closeByApplication(CloseCodes.sendable(code), reason);
    }

    @Override
    public Map<String, Object> attributes() {
        return connection.attributes;
    }

    @Override
    public @Nullable Principal principal() {
        return connection.principal;
    }

    @Override
    public void identify(@Nullable Principal principal) {
        connection.identify(principal);
    }

    @Override
    public XyRegistration onEnd(Runnable action) {
        return connection.onEnd(action);
    }

    @Override
    public XyHandshake handshake() {
        return connection.handshake;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PeerFace face && face.connection == connection;
    }

    @Override
    public int hashCode() {
        return connection.hashCode();
    }

    @Override
    public String toString() {
        return "XyPeer[" + connection.id + (isOpen() ? "]" : ", closed]");
    }
}
