package io.xywebsocket.client;

import io.xywebsocket.XyCaller;
import io.xywebsocket.XyClock;
import io.xywebsocket.XyDeadline;
import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyException;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
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
                : new WaitingCall<>(function, endpoint.payload(payload), type, endpoint.clock(), withinDeadline())
                        .begin(connector);
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
                if (failure instanceof XyException own && function.equals(own.function())) {
                    own.fillInStackTrace(); // it was made on another thread; what is of interest is the caller's line
                }
                throw failure; // or what a mapper has thrown over the answer
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

    /** @param why how the last connection ended, or the last try to have one; null if there was neither */
    static XyException notConnected(String function, @Nullable Throwable why) {
        return new XyNotConnectedException("Not connected: '" + function + "' was not called", why)
                .ofCall(function, null);
    }
}
