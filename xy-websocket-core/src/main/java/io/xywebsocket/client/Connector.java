package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Opens the connection, and opens it again whenever it ends, until the client is closed for good. Thread-safe. */
final class Connector implements ClientConnection.Owner {

    /** Where the client stands, and what it shows of that. */
    private enum Phase {
        NEW(XyClient.State.NEW),
        /** Makes its first try since it has been told to connect or been woken: calls wait for that. */
        FIRST_TRY(XyClient.State.CONNECTING),
        TRYING(XyClient.State.CONNECTING),
        CONNECTED(XyClient.State.CONNECTED),
        WAITING(XyClient.State.WAITING),
        /** Stays away until the next call or event. */
        IDLE(XyClient.State.DORMANT),
        /** Stays away until it is told to connect. */
        AWAY(XyClient.State.DORMANT),
        /** Tries no more; who is at work may finish. */
        CLOSED(XyClient.State.CLOSED),
        ENDED(XyClient.State.CLOSED);

        final XyClient.State state;

        Phase(XyClient.State state) {
            this.state = state;
        }
    }

    /** How long {@link #close} waits at most; the endpoint's shutdown takes a second at most. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ClientSettings settings;
    private final XyEndpoint endpoint;
    private final HttpSockets sockets;
    private final Runnable closeThreads;
    private final ClientListeners listeners;
    private final InTurn notices;
    private final ConnectionLog log;
    private final ReturnPolicy returns;
    private final WaitingCalls waiting;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** Is complete when there is a connection for the first time since {@link #start}. */
    private volatile CompletableFuture<XyPeer> first = new CompletableFuture<>();

    /** Says how the last connection ended, or why the last try to have one failed. */
    private volatile @Nullable Throwable trouble;

    /** Is being opened, is open, or has ended; the next one begins after its end. */
    private volatile @Nullable ClientConnection connection;

    @GuardedBy("this")
    private Phase phase = Phase.NEW;

    /** Makes the next try. */
    @GuardedBy("this")
    private XyClock.Timer timer = () -> {};

    /** Whether {@link #start} was called after the end of the connection and before it is decided what follows. */
    @GuardedBy("this")
    private boolean wanted;

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
        this.returns = new ReturnPolicy(settings, endpoint.clock(), sockets.executor(), log);
        listeners.connections(peer -> Optional.ofNullable(connection).filter(each -> each.isOf(peer)));
    }

    synchronized XyClient.State state() {
        if (phase != Phase.CONNECTED || peer() != null) {
            return phase.state;
        }
        // a connection that this side is closing is none any more
        return isUnannounced() ? XyClient.State.CONNECTING : XyClient.State.WAITING;
    }

    @GuardedBy("this")
    private boolean isClosed() {
        return phase.state == XyClient.State.CLOSED;
    }

    /** Whether there is a connection, or will be one, that the listeners don't know of yet. */
    private boolean isUnannounced() {
        ClientConnection last = connection;
        return last != null && last.isUnannounced();
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
            if (isClosed()) {
                throw new IllegalStateException("The client is closed");
            }
            if (phase == Phase.CONNECTED && peer() == null && !isUnannounced()) {
                wanted = true; // by a listener of the end, say
                renewFirst();
            }
        }
        wake();
        return first.copy();
    }

    /** Connects, if the client would not come by itself. A connection that was no good one is not followed by the next at once. */
    private void wake() {
        synchronized (this) {
            if (phase != Phase.NEW && phase.state != XyClient.State.DORMANT) {
                return;
            }
            phase = Phase.FIRST_TRY;
            renewFirst();
            Duration left = returns.left();
            if (left.toNanos() > 0) {
                tryAfter(left);
                return;
            }
        }
        tryOnce();
    }

    @GuardedBy("this")
    private void tryAfter(Duration delay) {
        timer = endpoint.clock().schedule(() -> execute(this::tryOnce), delay);
    }

    @GuardedBy("this")
    private void renewFirst() {
        if (first.isDone()) {
            first = new CompletableFuture<>();
        }
    }

    /** Somebody has something to say: a client that only waits for that connects. */
    void wakeForCall() {
        synchronized (this) {
            if (phase != Phase.IDLE) {
                return;
            }
        }
        wake();
    }

    /** The connection for a call that may go ahead of none; null if there is none or others wait. */
    @Nullable
    XyPeer callable() {
        XyPeer peer = peer();
        boolean may = peer != null
                && (waiting.isOpen(peer) || (isUnannounced() && !waiting.mayHaveOf(Thread.currentThread())));
        return may ? peer : null;
    }

    /** Lets a call wait for a connection, if it may. */
    <T> CompletableFuture<T> begin(WaitingCall<T> call) {
        CompletableFuture<T> future = call.begin(this::execute, this::whyNotConnected);
        future.whenComplete((value, error) -> waiting.remove(call));
        add(call);
        return future;
    }

    private void add(WaitingCall<?> call) {
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

    @GuardedBy("this")
    private boolean mayWait() {
        return switch (phase) {
            case FIRST_TRY, IDLE -> true;
            case AWAY, CLOSED, ENDED -> false;
            case CONNECTED -> settings.waitForConnection() || peer() != null || isClosedAsIdle();
            default -> settings.waitForConnection() || peer() != null;
        };
    }

    /** Whether the server has closed as it does when nothing is said: then a call is what it waits for. */
    private boolean isClosedAsIdle() {
        ClientConnection last = connection;
        return last != null && last.closedByServer() == 1000;
    }

    private void handOver() {
        XyPeer peer = peer();
        if (peer == null || isUnannounced()) { // asked after the peer, it is of that one or of a later one
            return;
        }
        waiting.handOver(peer);
        CompletableFuture<XyPeer> awaited = first;
        if (!awaited.isDone()) {
            execute(() -> awaited.complete(peer));
        }
    }

    /** What a call is told that finds no connection: how the last one ended, or why the last try failed. Null if there was neither. */
    private @Nullable Throwable whyNotConnected() {
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
        ClientConnection next =
                new ClientConnection(settings, sockets, endpoint.limits().maxMessageSize(), endpoint.clock(), this);
        synchronized (this) {
            if (isClosed()) {
                return;
            }
            if (phase != Phase.FIRST_TRY) {
                phase = Phase.TRYING;
            }
            connection = next;
        }
        next.begin();
    }

    @Override
    public Transport.@Nullable Receiver opened(JdkTransport opened, XyHandshake handshake) {
        synchronized (this) {
            if (isClosed()) {
                return null;
            }
            trouble = null;
            phase = Phase.CONNECTED;
            wanted = false;
        }
        returns.connected();
        Transport.Receiver receiver = endpoint.open(opened, handshake, Map.of());
        if (peer() != null) {
            LogText.quietly(log::connected);
        }
        return receiver;
    }

    @Override
    public void announced() {
        handOver();
    }

    @Override
    public void ended(int code, String reason, long nanos, boolean received) {
        log.lasted(nanos);
        returns.ended(code, reason, nanos, received);
        trouble = XyNotConnectedException.ended(code, reason);
    }

    @Override
    public void over(ConnectionEnd end) {
        returns.decide(end, this::decided);
    }

    private void decided(ConnectionEnd end, boolean comesBack) {
        Throwable cause = XyNotConnectedException.ended(end.code(), end.reason());
        if (comesBack) {
            again(cause);
            return;
        }
        boolean wake;
        synchronized (this) {
            if (isClosed()) {
                return;
            }
            returns.stayAway();
            phase = end.endsWithACall() ? Phase.IDLE : Phase.AWAY;
            wake = wanted;
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
        returns.failed(cause);
        again(cause);
    }

    private void again(Throwable cause) {
        ReturnPolicy.Pause pause = returns.pause();
        boolean enough = pause.failedTries() >= settings.maxTries();
        synchronized (this) {
            if (isClosed()) {
                return;
            }
            phase = enough ? Phase.CLOSED : Phase.WAITING;
        }
        if (enough) {
            giveUp(cause, pause.failedTries());
            return;
        }
        LogText.quietly(() -> log.trouble(cause, pause.failedTries(), pause.delay()));
        if (!settings.waitForConnection()) {
            failWaiting();
        }
        notices.execute(() -> listeners.retrying(pause.failedTries(), pause.delay(), cause));
        synchronized (this) { // last, or the notice of the next try might come first
            if (phase == Phase.WAITING) {
                tryAfter(pause.delay());
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
        if (end()) {
            first.completeExceptionally(new XyNotConnectedException("The client is closed", trouble));
            Throwable why = whyNotConnected();
            waiting.takeAll().forEach(call -> call.notConnected(why));
        }
        if (endpoint.isHandling()) {
            return; // the end waits for the handler that has called this
        }
        try {
            closed.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // it goes on without us
        }
    }

    /** Ends, once, everything but what the close frame needs, and that when it has been answered or a second has passed. */
    private boolean end() {
        synchronized (this) {
            if (phase == Phase.ENDED) {
                return false;
            }
            phase = Phase.ENDED;
            timer.cancel();
        }
        ClientConnection last = connection;
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
