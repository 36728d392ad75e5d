package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.transport.LogText;
import io.xywebsocket.transport.Transport;
import java.time.Duration;
import java.time.Instant;
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
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** Is complete when there is a connection for the first time since {@link #start}. */
    private volatile CompletableFuture<XyPeer> first = new CompletableFuture<>();
    /** How the last connection ended, or why the last try to have one failed. */
    private volatile @Nullable Throwable trouble;

    // all guarded by this
    private final Backoff backoff;
    private XyClient.State state = XyClient.State.NEW;
    private @Nullable Attempt attempt;
    private @Nullable JdkTransport transport;
    private XyClock.@Nullable Timer timer;
    private int failedTries;
    private boolean triedBefore;
    private boolean ending;
    private long openedAt;
    private boolean wakesOnCall;
    private boolean wanted;
    private long notBefore;

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
        ReturnPolicy policy = new ReturnPolicy(settings, sockets.executor(), log);
        this.farewell = new Farewell(endpoint.clock(), end -> policy.decide(end, this::decided));
        listeners.beforeDisconnected((peer, code, reason) -> farewell.hear(peer.handshake(), code, reason));
        listeners.afterDisconnected(peer -> farewell.told(peer.handshake()));
        this.backoff = new Backoff(settings.minBackoff(), settings.maxBackoff());
        this.notBefore = endpoint.clock().nanoTime();
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
            if (state == XyClient.State.CONNECTED && peer() == null && !greeting.isUnderWay()) {
                wanted = true; // a listener of the end, say, before it is decided what follows
                renewFirst();
            }
        }
        wake();
        return first.copy();
    }

    /** Connects, if the client would not come by itself. A connection that was no good one is not followed by the next at once. */
    private void wake() {
        long delay;
        synchronized (this) {
            if (state != XyClient.State.DORMANT && state != XyClient.State.NEW) {
                return;
            }
            state = XyClient.State.CONNECTING;
            triedBefore = false;
            renewFirst();
            delay = notBefore - endpoint.clock().nanoTime();
            if (delay > 0) {
                timer = endpoint.clock().schedule(() -> execute(this::tryOnce), Duration.ofNanos(delay));
            }
        }
        if (delay <= 0) {
            tryOnce();
        }
    }

    private void renewFirst() {
        if (first.isDone()) {
            first = new CompletableFuture<>();
        }
    }

    /** Somebody has something to say: a client that only waits for that connects. */
    void wakeForCall() {
        boolean wakes;
        synchronized (this) {
            wakes = state == XyClient.State.DORMANT && wakesOnCall;
        }
        if (wakes) {
            wake();
        }
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
            may = mayWait();
            if (may) {
                waiting.add(call);
            }
        }
        if (may) {
            wakeForCall();
            handOver(); // others wait too, or the connection has been opened meanwhile
        } else {
            call.notConnected(whyNotConnected());
        }
    }

    private boolean mayWait() {
        return switch (state) {
            case CLOSED -> false;
            case DORMANT -> wakesOnCall;
            case CONNECTING -> settings.waitForConnection() || !triedBefore || peer() != null;
            case CONNECTED -> settings.waitForConnection() || peer() != null || isClosedAsIdle();
            default -> settings.waitForConnection() || peer() != null;
        };
    }

    /** Whether the server has closed as it does when nothing is said: then a call is what it waits for. */
    private boolean isClosedAsIdle() {
        return transport != null && transport.closedByServer() == 1000;
    }

    private void handOver() {
        XyPeer peer = peer();
        if (peer == null || greeting.isUnderWay()) { // asked after the peer, it is of that one or of a later one
            return;
        }
        waiting.handOver(peer);
        CompletableFuture<XyPeer> awaited = first;
        if (!awaited.isDone()) {
            execute(() -> awaited.complete(peer));
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
    public Transport.@Nullable Receiver opened(JdkTransport opened, Map<String, String> headers) {
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
            transport = opened;
            wanted = false;
            openedAt = endpoint.clock().nanoTime();
        }
        Transport.Receiver receiver = endpoint.open(opened, handshake, Map.of());
        if (peer() != null) {
            LogText.quietly(log::connected);
        }
        return receiver;
    }

    @Override
    public void ended(int code, String reason) {
        boolean byServer;
        synchronized (this) {
            long lasted = endpoint.clock().nanoTime() - openedAt;
            log.lasted(lasted);
            backoff.atLeast(ReturnHint.of(code, reason));
            backoff.ended(lasted, transport != null && transport.hasReceived() && !ConnectionEnd.sendsAway(code));
            byServer = transport != null && transport.closedByServer() != 0;
        }
        trouble = XyNotConnectedException.ended(code, reason);
        farewell.ended(new ConnectionEnd(code, reason, byServer));
    }

    private void decided(ConnectionEnd end, boolean comesBack) {
        Throwable cause = XyNotConnectedException.ended(end.code(), end.reason());
        boolean wake;
        if (comesBack) {
            again(cause);
            return;
        }
        synchronized (this) {
            if (state == XyClient.State.CLOSED) {
                return;
            }
            state = XyClient.State.DORMANT;
            wakesOnCall = end.endsWithACall();
            wake = wanted;
            notBefore = endpoint.clock().nanoTime() + backoff.next().toNanos();
        }
        LogText.quietly(() -> log.staysAway(cause, end.endsWithACall()));
        if (wake || (end.endsWithACall() && !waiting.isEmpty())) {
            wake();
        } else if (!end.endsWithACall()) {
            failWaiting();
        }
    }

    @Override
    public void failed(Throwable cause) {
        trouble = new XyNotConnectedException("The last try failed: " + ConnectionLog.describe(cause), cause);
        synchronized (this) {
            failedTries++;
            triedBefore = true;
            backoff.longerBy(ReturnHint.of(cause, Instant.now()));
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
        if (endpoint.isHandling()) {
            return; // the end waits for the handler that has called this
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
