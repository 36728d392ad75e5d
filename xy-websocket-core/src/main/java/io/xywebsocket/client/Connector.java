package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyExecutor;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.transport.Transport;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the connection, and opens it again whenever it ends, until it is closed for good. Thread-safe. */
final class Connector {

    private static final Logger log = LoggerFactory.getLogger(XyClient.class);

    /** A connection that lasted so long was a good one: the pauses begin anew. */
    private static final Duration LASTING = Duration.ofSeconds(5);

    /** How long the closing handshake may take when the client is closed. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final XyClientBuilder settings;
    private final XyEndpoint endpoint;
    private final XyExecutor executor;
    private final HttpSockets sockets;
    private final XyClient.Retrying retrying;
    private final CompletableFuture<XyPeer> first = new CompletableFuture<>();

    // all guarded by this
    private final Backoff backoff;
    private final Set<WaitingCall<?>> waiting = new HashSet<>();
    private XyClient.State state = XyClient.State.NEW;
    private XyClock.@Nullable Timer timer;
    private int failedTries;
    private boolean triedBefore;
    private long openedAt;

    Connector(XyClientBuilder settings, XyEndpoint endpoint, XyClient.Retrying retrying) {
        this.settings = settings;
        this.endpoint = endpoint;
        this.executor = new XyExecutor("xy-client-", Integer.MAX_VALUE, endpoint.clock());
        this.sockets = new HttpSockets(settings, executor);
        this.retrying = retrying;
        this.backoff = new Backoff(settings.minBackoff, settings.maxBackoff);
    }

    synchronized XyClient.State state() {
        return state;
    }

    /** The connection that there is; at most one is open at a time. */
    @Nullable
    XyPeer peer() {
        for (XyPeer peer : endpoint.peers()) {
            return peer;
        }
        return null;
    }

    /** Whether the very first try is under way: a call made now has a fair chance. */
    synchronized boolean isFirstTry() {
        return state == XyClient.State.CONNECTING && !triedBefore;
    }

    CompletableFuture<XyPeer> start() {
        synchronized (this) {
            if (state == XyClient.State.CLOSED) {
                throw new IllegalStateException("The client is closed");
            }
            if (state == XyClient.State.NEW) {
                state = XyClient.State.CONNECTING;
                executor.execute(this::tryOnce);
            }
        }
        return first.copy();
    }

    void close() {
        if (!become(XyClient.State.CLOSED)) {
            return;
        }
        endNow(new XyNotConnectedException("The client is closed"));
        endpoint.peers().forEach(XyPeer::close);
        endpoint.shutdown(Duration.ZERO)
                .orTimeout(FAREWELL.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                .whenComplete((done, late) -> {
                    endpoint.close();
                    sockets.close();
                    executor.close();
                });
    }

    // ---- calls that wait for a connection

    void whenConnected(WaitingCall<?> call) {
        XyPeer peer;
        boolean never;
        synchronized (this) {
            peer = peer();
            never = state == XyClient.State.CLOSED || state == XyClient.State.NEW;
            if (peer == null && !never) {
                waiting.add(call);
                return;
            }
        }
        if (peer == null) {
            call.notConnected();
        } else {
            call.connected(peer);
        }
    }

    synchronized void forget(WaitingCall<?> call) {
        waiting.remove(call);
    }

    void giveUp(WaitingCall<?> call) {
        executor.execute(call::notConnected);
    }

    private synchronized List<WaitingCall<?>> takeWaiting() {
        List<WaitingCall<?>> taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }

    // ---- tries

    private void tryOnce() {
        try {
            Map<String, String> headers = settings.currentHeaders();
            JdkTransport transport = new JdkTransport(
                    endpoint.limits().maxMessageSize(), executor, opened -> open(opened, headers), this::ended);
            sockets.open(headers, transport).whenComplete((socket, failure) -> {
                if (failure != null) {
                    failed(failure);
                }
            });
        } catch (RuntimeException e) {
            failed(e); // the headers' source, or a header that can't be sent
        }
    }

    private Transport.Receiver open(Transport transport, Map<String, String> headers) {
        Map<String, List<String>> sent = new LinkedHashMap<>();
        headers.forEach((name, value) -> sent.put(name, List.of(value)));
        Transport.Receiver receiver = endpoint.open(transport, new XyHandshake(settings.uri, sent, null), Map.of());
        boolean wanted;
        synchronized (this) {
            wanted = become(XyClient.State.CONNECTED);
            triedBefore = true;
            openedAt = endpoint.clock().nanoTime();
        }
        XyPeer peer = peer();
        if (!wanted) {
            endpoint.peers().forEach(XyPeer::close);
        } else if (peer != null) {
            executor.execute(() -> first.complete(peer));
            takeWaiting().forEach(call -> executor.execute(() -> call.connected(peer)));
        }
        return receiver;
    }

    private void ended() {
        synchronized (this) {
            if (endpoint.clock().nanoTime() - openedAt >= LASTING.toNanos()) {
                backoff.reset();
            }
            failedTries = 0;
        }
        again(new XyNotConnectedException("The connection ended"));
    }

    private void failed(Throwable thrown) {
        synchronized (this) {
            failedTries++;
            triedBefore = true;
        }
        again(thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown);
    }

    private void again(Throwable cause) {
        Duration delay;
        int tries;
        synchronized (this) {
            tries = failedTries;
            delay = backoff.next();
            boolean enough = tries >= settings.maxTries;
            if (!become(enough ? XyClient.State.CLOSED : XyClient.State.WAITING)) {
                return;
            }
            if (!enough) {
                timer = endpoint.clock().schedule(() -> executor.execute(this::next), delay);
            }
        }
        if (state() == XyClient.State.CLOSED) {
            giveUp(cause, tries);
            return;
        }
        log(cause, tries, delay);
        if (!settings.waitForConnection) {
            takeWaiting().forEach(WaitingCall::notConnected);
        }
        executor.execute(() -> retrying.on(tries, delay, cause));
    }

    private void next() {
        if (become(XyClient.State.CONNECTING)) {
            tryOnce();
        }
    }

    /** Closed is for good; every other state follows any. */
    private synchronized boolean become(XyClient.State next) {
        if (state == XyClient.State.CLOSED) {
            return false;
        }
        state = next;
        return true;
    }

    private void giveUp(Throwable cause, int tries) {
        log.error("No connection to {} after {} tries: {}", settings.uri.getHost(), tries, describe(cause));
        XyNotConnectedException never = new XyNotConnectedException("Not connected after " + tries + " tries");
        never.initCause(cause);
        endNow(never);
        endpoint.close();
        sockets.close();
        executor.close();
    }

    private void endNow(XyNotConnectedException why) {
        synchronized (this) {
            if (timer != null) {
                timer.cancel();
            }
        }
        first.completeExceptionally(why);
        takeWaiting().forEach(WaitingCall::notConnected);
    }

    /** The first failure is news, the others are not. */
    private void log(Throwable cause, int tries, Duration delay) {
        if (tries <= 1) {
            log.info("Not connected to {}, trying again: {}", settings.uri.getHost(), describe(cause));
        } else {
            log.debug("Try {} failed, the next in {} ms: {}", tries, delay.toMillis(), describe(cause));
        }
    }

    private static String describe(Throwable cause) {
        return cause instanceof WebSocketHandshakeException refused
                ? "refused with status " + refused.getResponse().statusCode()
                : cause.toString();
    }
}
