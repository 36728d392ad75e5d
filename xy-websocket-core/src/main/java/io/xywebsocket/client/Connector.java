package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.transport.LogText;
import io.xywebsocket.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the connection, and opens it again whenever it ends, until it is closed for good. At most one connection is open, and
 * at most one try under way. Thread-safe; its lock is never held while user code runs.
 */
final class Connector implements Attempt.Owner {

    /** How long {@link #close} waits at most; the endpoint's shutdown takes a second at most. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final ClientSettings settings;
    private final XyEndpoint endpoint;
    private final HttpSockets sockets;
    private final Runnable closeThreads;
    private final ClientListeners listeners;
    private final InTurn notices;
    private final ConnectionLog log;
    private final Greeting greeting;
    private final Farewell farewell;
    private final WaitingCalls waiting;
    private final CompletableFuture<XyPeer> first = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** How the last connection ended, or why the last try to have one failed. */
    private volatile @Nullable Throwable trouble;

    // all guarded by this
    private final Backoff backoff;
    private XyClient.State state = XyClient.State.NEW;
    private @Nullable Attempt attempt;
    private XyClock.@Nullable Timer timer;
    private int failedTries;
    private boolean triedBefore;
    private boolean ending;
    private long openedAt;

    /** @param ownSockets whether nobody else uses them */
    Connector(
            ClientSettings settings,
            XyEndpoint endpoint,
            HttpSockets sockets,
            boolean ownSockets,
            ClientListeners listeners) {
        this.settings = settings;
        this.endpoint = endpoint;
        this.sockets = sockets;
        this.closeThreads = ownSockets ? sockets::close : () -> {};
        this.listeners = listeners;
        this.notices = new InTurn(sockets.executor());
        this.log = new ConnectionLog(settings.target(), endpoint.clock());
        this.waiting = new WaitingCalls(endpoint.clock(), sockets.executor());
        this.greeting = new Greeting(endpoint.clock(), this::handOver);
        listeners.afterConnected(peer -> greeting.end(peer.handshake()));
        this.farewell = new Farewell(endpoint.clock(), this::again);
        listeners.afterDisconnected(peer -> farewell.told(peer.handshake()));
        this.backoff = new Backoff(settings.minBackoff(), settings.maxBackoff());
    }

    synchronized XyClient.State state() {
        if (state != XyClient.State.CONNECTED || peer() != null) {
            return state;
        }
        // a connection that this side is closing is none any more
        return greeting.isUnderWay() ? XyClient.State.CONNECTING : XyClient.State.WAITING;
    }

    /** The open connection. */
    @Nullable
    XyPeer peer() {
        return endpoint.peers().stream().findFirst().orElse(null);
    }

    @Override
    public String toString() {
        return settings.target();
    }

    CompletableFuture<XyPeer> start() {
        synchronized (this) {
            if (state == XyClient.State.CLOSED) {
                throw new IllegalStateException("The client is closed");
            }
            if (state != XyClient.State.NEW) {
                return first.copy();
            }
            state = XyClient.State.CONNECTING;
        }
        tryOnce();
        return first.copy();
    }

    /** The connection for a call that may go ahead of none; null if there is none or others wait. */
    @Nullable
    XyPeer callable() {
        XyPeer peer = peer();
        boolean may = peer != null
                && (waiting.isOpen(peer) || (greeting.isUnderWay() && !waiting.mayHaveOf(Thread.currentThread())));
        return may ? peer : null;
    }

    /** Lets a call wait for a connection, if it may. */
    void add(WaitingCall<?> call) {
        boolean may;
        synchronized (this) {
            boolean firstTry = state == XyClient.State.CONNECTING && !triedBefore;
            may = state != XyClient.State.CLOSED && (settings.waitForConnection() || firstTry || peer() != null);
            if (may) {
                waiting.add(call);
            }
        }
        if (may) {
            handOver(); // others wait too, or the connection has been opened meanwhile
        } else {
            call.notConnected(whyNotConnected());
        }
    }

    private void handOver() {
        XyPeer peer = peer();
        if (peer == null || greeting.isUnderWay()) { // asked after the peer, it is of that one or of a later one
            return;
        }
        waiting.handOver(peer);
        if (!first.isDone()) {
            execute(() -> first.complete(peer));
        }
    }

    void forget(WaitingCall<?> call) {
        waiting.remove(call);
    }

    /** What a call is told that finds no connection: how the last one ended, or why the last try failed. Null if there was neither. */
    @Nullable
    Throwable whyNotConnected() {
        Throwable last = trouble;
        XyClient.State now = state();
        if (now == XyClient.State.NEW) {
            return new XyNotConnectedException("The client has not been told to connect");
        }
        return now == XyClient.State.CLOSED ? new XyNotConnectedException("The client is closed", last) : last;
    }

    /** For what runs stages of the application's. */
    void execute(Runnable task) {
        sockets.executor().execute(task);
    }

    // ---- tries

    private void tryOnce() {
        Attempt next = new Attempt(settings, sockets, endpoint.limits().maxMessageSize(), endpoint.clock(), this);
        synchronized (this) {
            if (state == XyClient.State.CLOSED) {
                return;
            }
            state = XyClient.State.CONNECTING;
            attempt = next;
        }
        next.begin();
    }

    @Override
    public Transport.@Nullable Receiver opened(JdkTransport transport, Map<String, String> headers) {
        if (state() == XyClient.State.CLOSED) {
            return null;
        }
        XyHandshake handshake = settings.handshake(headers);
        greeting.expect(handshake);
        farewell.expect(handshake);
        trouble = null;
        synchronized (this) {
            if (state != XyClient.State.CLOSED) {
                state = XyClient.State.CONNECTED;
            }
            triedBefore = true;
            failedTries = 0;
            openedAt = endpoint.clock().nanoTime();
        }
        Transport.Receiver receiver = endpoint.open(transport, handshake, Map.of());
        if (peer() != null) {
            log.connected();
        }
        return receiver;
    }

    @Override
    public void ended(int code, String reason) {
        synchronized (this) {
            backoff.atLeast(ReturnHint.of(code, reason));
            if (backoff.lasted(endpoint.clock().nanoTime() - openedAt)) {
                log.lasted();
            }
        }
        XyNotConnectedException end = XyNotConnectedException.ended(code, reason);
        trouble = end;
        farewell.ended(end);
    }

    @Override
    public void failed(Throwable cause) {
        trouble = new XyNotConnectedException("The last try failed: " + ConnectionLog.describe(cause), cause);
        synchronized (this) {
            failedTries++;
            triedBefore = true;
        }
        again(cause);
    }

    private void again(Throwable cause) {
        Duration delay;
        int tries;
        boolean enough;
        synchronized (this) {
            if (state == XyClient.State.CLOSED) {
                return;
            }
            tries = failedTries;
            delay = backoff.next();
            enough = tries >= settings.maxTries();
            state = enough ? XyClient.State.CLOSED : XyClient.State.WAITING;
        }
        if (enough) {
            giveUp(cause, tries);
            return;
        }
        LogText.quietly(() -> log.trouble(cause, tries, delay));
        if (!settings.waitForConnection()) {
            failWaiting();
        }
        notices.execute(() -> listeners.retrying(tries, delay, cause));
        synchronized (this) { // last, or the notice of the next try might come first
            if (state == XyClient.State.WAITING) {
                timer = endpoint.clock().schedule(() -> execute(this::tryOnce), delay);
            }
        }
    }

    private void giveUp(Throwable cause, int tries) {
        LogText.quietly(() -> log.gaveUp(cause, tries));
        XyNotConnectedException never = new XyNotConnectedException(
                "Not connected to " + settings.target() + " after " + tries + " tries", cause);
        failWaiting();
        notices.executeLast(() -> {
            listeners.gaveUp(never);
            first.completeExceptionally(never);
            end(); // not earlier: it interrupts whoever is still at work
        });
    }

    private void failWaiting() {
        List<WaitingCall<?>> taken = waiting.takeAll();
        if (!taken.isEmpty()) {
            Throwable why = whyNotConnected();
            execute(() -> taken.forEach(call -> call.notConnected(why)));
        }
    }

    void close() {
        synchronized (this) {
            state = XyClient.State.CLOSED;
        }
        if (end()) {
            first.completeExceptionally(new XyNotConnectedException("The client is closed", trouble));
            Throwable why = whyNotConnected();
            waiting.takeAll().forEach(call -> call.notConnected(why));
        }
        try {
            closed.get(FAREWELL.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // it goes on without us
        }
    }

    /** Ends, once, everything but what the close frame needs, and that when it has been answered or a second has passed. */
    private boolean end() {
        Attempt last;
        synchronized (this) {
            if (ending) {
                return false;
            }
            ending = true;
            last = attempt;
            if (timer != null) {
                timer.cancel();
            }
        }
        greeting.cancel();
        farewell.cancel();
        if (last != null) {
            last.cancel();
        }
        endpoint.peers().forEach(XyPeer::close);
        endpoint.shutdown(Duration.ZERO).whenComplete((done, error) -> {
            endpoint.close();
            closeThreads.run();
            closed.complete(null);
        });
        return true;
    }
}
