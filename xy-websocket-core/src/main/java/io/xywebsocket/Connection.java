package io.xywebsocket;

import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.transport.LogText;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.Utf8;
import java.security.Principal;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One live connection: what belongs to it, from its beginning to its end. What arrives is decoded and {@linkplain Dispatcher sorted} on
 * the thread that reads; handlers run in the {@link Lane}.
 */
final class Connection implements Transport.Receiver, Outbound.Owner {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    /** So many pings and pongs between two messages are signs of life, as clients of ours give them too; more are a flood. */
    private static final int FREE_SIGNS = 4;

    final XyEndpoint endpoint;
    final String id = UUID.randomUUID().toString();
    final XyHandshake handshake;
    final Map<String, Object> attributes;
    final PeerFace peer;
    final OutgoingCalls calls;
    final EventFailures failures;
    final ReadGate gate;
    final Lane lane;
    final Admission admission;
    final ConnectHook hook;
    volatile @Nullable Principal principal;

    private final Transport transport;
    private final Outbound outbound;
    private final Heartbeat heartbeat;
    private final @Nullable Idleness idleness;
    private final Ending ending;
    private final UnfinishedMessage unfinished;
    private final AtomicBoolean toldOfDepth = new AtomicBoolean();
    private volatile boolean open = true;

    // of the reading thread
    private int signs;

    /** What the end sets off; null if there is nothing, as for most. Guarded by this. */
    private @Nullable Set<Runnable> atEnd;

    Connection(XyEndpoint endpoint, Transport transport, XyHandshake handshake, Map<String, Object> attributes) {
        this.endpoint = endpoint;
        this.transport = transport;
        this.handshake = handshake;
        this.principal = handshake.principal();
        this.attributes = attributes instanceof ConcurrentHashMap ? attributes : new ConcurrentHashMap<>(attributes);
        this.outbound = new Outbound(transport, endpoint.writers, SendQueue.of(endpoint), this);
        this.gate = new ReadGate(transport, endpoint.limits.receiveBufferSize(), endpoint.received);
        this.unfinished = new UnfinishedMessage(endpoint.timeouts);
        this.lane = new Lane(endpoint, gate, outbound);
        this.calls = new OutgoingCalls(id, endpoint, gate, lane, call -> send(call, null));
        this.heartbeat = new Heartbeat(endpoint.timeouts, endpoint.clock.nanoTime());
        this.idleness = Idleness.of(endpoint);
        this.peer = new PeerFace(this, endpoint.timeouts.call());
        this.failures = new EventFailures(endpoint);
        this.admission = new Admission(this, endpoint);
        this.ending = new Ending(() -> endpoint.connections.remove(this));
        this.hook = new ConnectHook(this, endpoint.holdsPeers);
        lane.addFirst(hook);
    }

    // ---- in: on the reading thread

    @Override
    public void text(byte[] utf8, int offset, int length) {
        if (!open) {
            return;
        }
        heartbeat.heard();
        signs = 0;
        try {
            Frame frame = endpoint.decoder.decode(utf8, offset, length);
            if (unfinished.end()) {
                gate.dropUnfinished();
            }
            endpoint.dispatcher.dispatch(this, frame, length);
        } catch (MalformedFrameException e) {
            violation(1007, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void ping() {
        signOfLife();
    }

    @Override
    public void pong() {
        signOfLife();
    }

    private void signOfLife() {
        boolean wanted = heartbeat.awaitsSign();
        heartbeat.heard();
        signs = wanted ? 0 : signs;
        if (open && !wanted && ++signs > FREE_SIGNS) {
            admission.countOther();
        }
    }

    @Override
    public void part(int length, int held) {
        if (!open) {
            return;
        }
        heartbeat.heard();
        said();
        if (unfinished.add(length, endpoint.clock)) {
            admission.countOther();
        }
        gate.part(held);
        endpoint.received.tookPart();
    }

    /** Something of the application's goes to or fro. */
    void said() {
        if (idleness != null) {
            idleness.end();
        }
    }

    @Override
    public void violation(int code, String reason) {
        if (open) {
            LogText.quietly(() -> log.debug("Peer {} breaks the protocol: {} {}", id, code, reason));
            admission.countMalformed();
            close(code, reason);
        }
    }

    // ---- answers: on the executor, or wherever a handler's stage completes

    /** Queues an answer. Bursts write for themselves; others need a writer. */
    void answer(JsonBuffer frame, boolean inBurst) {
        EncodedFrame encoded = EncodedFrame.of(frame, EncodedFrame.Kind.ANSWER);
        sent(inBurst ? outbound.add(encoded) : outbound.send(encoded));
    }

    void reject(String function, @Nullable String callId, XyException error) {
        EncodedFrame frame = EncodedFrame.of(endpoint.rejection(function, callId, error), EncodedFrame.Kind.REFUSAL);
        if (open && sent(outbound.send(frame, null)) && outbound.isFullOfRefusals()) {
            gate.refusing(true);
            if (!outbound.isFullOfRefusals()) {
                gate.refusing(false); // they have been written before the gate knew of them
            }
        }
    }

    void refuse(String function, @Nullable String callId) {
        endpoint.counters.refusedCalls.increment();
        reject(function, callId, new XyException(503, "Too busy"));
    }

    /** A call would wait for what waits for its caller. */
    void refuseAsTooDeep(String function, @Nullable String callId) {
        endpoint.counters.refusedCalls.increment();
        if (toldOfDepth.compareAndSet(false, true)) {
            LogText.quietly(() -> log.warn(
                    "Calls of peer {} get 429: all its running calls wait for its own answers, and no more may run;"
                            + " see xy.websocket.max-concurrent-calls and xy.websocket.executor.max-threads",
                    id));
        }
        reject(function, callId, new XyException(429, "Too many calls at once, all of which wait for their caller"));
    }

    // ---- out: on the callers' threads

    boolean send(EncodedFrame frame, @Nullable LatestKey key) {
        said();
        return open && sent(outbound.send(frame, key));
    }

    private boolean sent(Outbound.Offer offer) {
        if (offer == Outbound.Offer.FULL) {
            drop("too slow: send buffer full");
        } else if (offer.losesEvents()) {
            failures.ofSlowPeer(id);
        }
        return offer.isQueued();
    }

    // ---- the connection's life

    void opened() {
        lane.workOff();
    }

    void identify(@Nullable Principal who) {
        principal = who;
        endpoint.listener.identified(peer);
    }

    boolean isOpen() {
        return open;
    }

    XyRegistration onEnd(Runnable action) {
        Runnable own = () -> runAtEnd(action);
        synchronized (this) {
            if (open) {
                if (atEnd == null) {
                    atEnd = new HashSet<>();
                }
                atEnd.add(own);
                return () -> forget(own);
            }
        }
        endpoint.executeAlways(own);
        return () -> {};
    }

    private void runAtEnd(Runnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            LogText.quietly(() -> log.error("An action for the end of peer {} failed", id, LogText.of(t)));
        }
    }

    private synchronized void forget(Runnable action) {
        if (atEnd != null) {
            atEnd.remove(action);
        }
    }

    boolean isIdle() {
        return lane.isIdle();
    }

    long queuedBytes() {
        return outbound.bytes();
    }

    /** Called at intervals: pings, and drops a peer that is dead or stuck. */
    void check(long now) {
        boolean paused = gate.wasPaused();
        String fault = heartbeat.check(now, paused, outbound);
        if (fault != null) {
            drop(fault);
        } else if (unfinished.isOverdue(now, paused)) {
            String reason =
                    "message not ended within " + endpoint.timeouts.message().toMillis() + " ms";
            LogText.quietly(() -> log.debug("Peer {} is closed: {}", id, reason));
            close(1008, reason);
        } else if (idleness != null && idleness.hasLasted(now, () -> !lane.isIdle() || calls.size() > 0)) {
            close(1000, "idle");
        }
    }

    void close(int code, String reason) {
        if (code == XyPeer.LOGIN_ENDED) {
            lane.revoke(); // also if the peer has gone: what it has left behind, somebody has sent who may not any more
        }
        String fitting = Utf8.truncate(reason, 123);
        if (end(code, fitting)) {
            ending.closing(endpoint.clock.schedule(this::cut, endpoint.timeouts.send()));
            outbound.close(code, fitting);
            gate.readOn();
        }
    }

    /** The application closes it: a peer that "connected" is still being told of isn't let in. */
    void closeByApplication(int code, String reason) {
        if (hook.deny()) {
            lane.revoke();
        }
        close(code, reason);
    }

    /** Ends a connection that can't be ended politely. */
    private void drop(String reason) {
        if (end(1006, reason)) {
            endpoint.counters.droppedPeers.increment();
            LogText.quietly(() -> log.warn("Peer {} is dropped: {}", id, reason));
            outbound.drop();
            cut();
        }
    }

    @Override
    public void closed(int code, String reason) {
        ending.transportClosed();
        end(code, reason);
        outbound.drop();
        ending.forgetIfOver();
    }

    private void disconnected(int code, String reason) {
        try {
            endpoint.listener.disconnected(peer, code, reason);
        } finally {
            ending.told();
        }
    }

    void cut() {
        transport.cut();
    }

    /** The end, once, whoever brings it about. */
    private boolean end(int code, String reason) {
        Set<Runnable> actions;
        synchronized (this) {
            if (!open) {
                return false;
            }
            calls.ends(code, reason);
            open = false;
            actions = atEnd == null ? Set.of() : atEnd;
            atEnd = null;
        }
        endpoint.peers.remove(peer);
        calls.disconnected();
        actions.forEach(endpoint::executeAlways);
        admission.close();
        transport.discardIncoming();
        if (!gate.leaveTo(endpoint.leftovers)) {
            lane.revoke();
            endpoint.leftovers.tellOfDropping(id);
        }
        lane.addLast(new DisconnectedEntry(() -> disconnected(code, reason)));
        return true;
    }

    // ---- from the queue, on a writer's thread

    @Override
    public void writable() {
        outbound.writable();
    }

    @Override
    public void pinged() {
        heartbeat.pinged(endpoint.clock.nanoTime());
    }

    @Override
    public void roomToSend() {
        lane.workOff();
    }

    @Override
    public void roomToRefuse() {
        gate.refusing(false);
    }

    @Override
    public void writeFailed(Throwable cause) {
        if (log.isDebugEnabled()) { // many at once may fail
            LogText.quietly(() -> log.debug("A write to peer {} failed", id, LogText.of(cause)));
        }
        if (open) {
            calls.writeFailed(cause);
        }
        outbound.drop();
        cut(); // "closed" follows, and may know that the peer had said goodbye
    }
}
