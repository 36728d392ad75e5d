package io.xywebsocket.client;

import io.xywebsocket.XyCaller;
import io.xywebsocket.XyClock;
import io.xywebsocket.XyDeadline;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
import io.xywebsocket.engine.XyEndpoint;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Calls to whatever connection there is at the moment, with a timeout. Thread-safe. */
final class ClientCalls implements XyCaller {

    private final XyEndpoint endpoint;
    private final Connector connector;
    private final Duration timeout;

    ClientCalls(XyEndpoint endpoint, Connector connector, Duration timeout) {
        this.endpoint = endpoint;
        this.connector = connector;
        this.timeout = timeout;
    }

    @Override
    public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
        XyLimits.checkedName(function);
        XyPeer peer = connector.callable();
        return peer != null
                ? peer.withTimeout(timeout).call(function, payload, type)
                : connector.begin(new WaitingCall<>(
                        function, endpoint.payload(payload), type, endpoint.clock(), withinDeadline()));
    }

    /** Once the call is sent, from another thread, it can't be seen any more that a handler has made it. */
    private Duration withinDeadline() {
        return XyDeadline.left().filter(left -> left.compareTo(timeout) < 0).orElse(timeout);
    }

    @Override
    public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
        XyPeer peer = connector.callable();
        if (peer != null) {
            return peer.withTimeout(timeout).await(function, payload, type);
        }
        CompletableFuture<T> answer = call(function, payload, type);
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw XyInternals.caughtBy(function, failure);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(false);
            Thread.currentThread().interrupt();
            throw new XyException(499, "Interrupted while waiting for '" + function + "'", e).ofCall(function, null);
        }
    }

    @Override
    public boolean send(String event, @Nullable Object payload) {
        XyLimits.checkedName(event);
        XyPeer peer = connector.peer();
        return peer == null ? notSent(payload) : peer.send(event, payload);
    }

    @Override
    public boolean sendLatest(String event, String key, @Nullable Object payload) {
        XyLimits.checkedName(event);
        XyPeer peer = connector.peer();
        return peer == null ? notSent(payload) : peer.sendLatest(event, key, payload);
    }

    private boolean notSent(@Nullable Object payload) {
        connector.wakeForCall();
        endpoint.payload(payload); // what can't be serialised is the sender's mistake, connected or not
        return false;
    }

    @Override
    public XyCaller withTimeout(Duration other) {
        if (other.isNegative() || other.isZero()) {
            throw new IllegalArgumentException("timeout must be more than 0, not " + other);
        }
        return new ClientCalls(endpoint, connector, XyClock.bounded(other));
    }

    @Override
    public String toString() {
        return connector + " within " + timeout.toMillis() + " ms";
    }
}
