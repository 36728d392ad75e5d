package io.xywebsocket.engine;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XyType;
import io.xywebsocket.transport.CloseCodes;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The application's view of a connection, with a call timeout. */
final class ConnectionPeer implements XyPeer {

    final Connection connection;
    private final Duration timeout;

    ConnectionPeer(Connection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
    }

    @Override
    public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
        XyLimits.checkedName(function);
        Interceptors interceptors = connection.context().interceptors();
        return interceptors == null
                ? connection.calls.call(function, payload, type, timeout)
                : intercepted(function, type).call(interceptors, this, payload);
    }

    /** @param completer completes the future and runs its stages */
    <T> CompletableFuture<T> call(
            String function, XyPayload payload, XyType<T> type, Duration callTimeout, Executor completer) {
        EngineContext context = connection.context();
        Interceptors interceptors = context.interceptors();
        return interceptors == null
                ? connection.calls.call(function, payload, type, callTimeout, completer)
                : new InterceptedCall<>(context, connection.calls, function, type, callTimeout)
                        .call(interceptors, this, payload, completer);
    }

    @Override
    @SuppressWarnings("NullAway") // null if the answer is null, as with Map.get
    public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
        XyLimits.checkedName(function);
        Interceptors interceptors = connection.context().interceptors();
        if (interceptors != null) {
            return intercepted(function, type).await(interceptors, this, payload);
        }
        PendingCall.Outcome outcome = connection.calls.await(function, payload, timeout);
        return connection.context().answers().valueOf(function, connection.id, outcome, type);
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
        XyLimits.checkedName(event);
        EngineContext context = connection.context();
        Interceptors interceptors = context.interceptors();
        return interceptors == null
                ? connection.send(context.codec().event(event, payload), key)
                : new InterceptedEvents(context, interceptors)
                        .sender(event, payload, key, Delivery.DIRECT)
                        .test(this);
    }

    private <T> InterceptedCall<T> intercepted(String function, XyType<T> type) {
        return new InterceptedCall<>(connection.context(), connection.calls, function, type, timeout);
    }

    @Override
    public XyPeer withTimeout(Duration other) {
        return new ConnectionPeer(connection, XyInternals.positive("timeout", other));
    }

    @Override
    public String id() {
        return connection.id;
    }

    @Override
    public String node() {
        return connection.membership.node();
    }

    @Override
    public Set<String> groups() {
        return connection.membership.groups();
    }

    @Override
    public Instant since() {
        return connection.since;
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
        return other == this || (other instanceof XyMember member && member.id().equals(connection.id));
    }

    @Override
    public int hashCode() {
        return connection.id.hashCode();
    }

    @Override
    public String toString() {
        return "XyPeer[" + connection.id + (isOpen() ? "]" : ", closed]");
    }
}
