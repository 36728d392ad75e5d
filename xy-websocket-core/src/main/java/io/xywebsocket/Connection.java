package io.xywebsocket;

import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.Utf8;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One live connection: turns frames into calls, events and answers, and back. Everything of the protocol but the bytes
 * is here. What arrives is decoded and sorted on the thread that reads; handlers run in the {@link Lane}.
 */
final class Connection implements Transport.Receiver, Outbound.Owner {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    final String id = UUID.randomUUID().toString();
    final XyHandshake handshake;
    final Map<String, Object> attributes;
    final PeerFace peer;

    private final XyEndpoint endpoint;
    private final Transport transport;
    private final Outbound outbound;
    private final ReadGate gate;
    private final Lane lane;
    private final PendingCalls pending;
    private final Heartbeat heartbeat;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final AtomicBoolean transportClosed = new AtomicBoolean();
    private volatile XyClock.@Nullable Timer closeTimer;

    Connection(XyEndpoint endpoint, Transport transport, XyHandshake handshake, Map<String, Object> attributes) {
        this.endpoint = endpoint;
        this.transport = transport;
        this.handshake = handshake;
        this.attributes = attributes instanceof ConcurrentHashMap ? attributes : new ConcurrentHashMap<>(attributes);
        this.outbound = new Outbound(transport, endpoint.writers, endpoint.limits.sendBufferSize(), this);
        this.gate = new ReadGate(transport, endpoint.limits.receiveBufferSize());
        this.lane = new Lane(endpoint, gate, outbound);
        this.pending = new PendingCalls(endpoint.clock, endpoint.limits.maxPendingCalls());
        this.heartbeat = new Heartbeat(endpoint.timeouts, endpoint.clock.nanoTime());
        this.peer = new PeerFace(this, endpoint.timeouts.call());
    }

    // ---- in: on the reading thread

    @Override
    public void text(String text) {
        if (!open.get()) {
            return;
        }
        heartbeat.heard();
        try {
            receive(endpoint.decoder.decode(text), Utf8.length(text));
        } catch (MalformedFrameException e) {
            violation(1007, String.valueOf(e.getMessage()));
        }
    }

    private void receive(Frame frame, int bytes) {
        if (frame instanceof Frame.Call call) {
            receiveCall(call, bytes);
        } else if (frame instanceof Frame.Event event) {
            receiveEvent(event, bytes);
        } else if (frame instanceof Frame.Resolve resolve) {
            settle(resolve.id(), new PendingCall.Answered(resolve.payload()));
        } else if (frame instanceof Frame.Reject reject) {
            settle(reject.id(), new PendingCall.Failed(endpoint.errors.received(reject.payload())));
        } else {
            endpoint.counters.ignoredFrames.increment();
        }
    }

    private void receiveCall(Frame.Call call, int bytes) {
        if (call.id() == null) {
            reject(call, new XyException(400, "A call needs an id"));
        } else if (endpoint.isShuttingDown()) {
            reject(call, new XyException(503, "Shutting down"));
        } else if (gate.admit(bytes, true) == ReadGate.Admission.FULL) {
            endpoint.counters.refusedCalls.increment();
            reject(call, new XyException(429, "Too many calls at once"));
        } else {
            lane.add(new CallEntry(this, call, bytes));
        }
    }

    private void receiveEvent(Frame.Event event, int bytes) {
        if (gate.admit(bytes, false) == ReadGate.Admission.BROKEN) {
            violation(1008, "receive buffer exceeded");
        } else {
            lane.add(new EventEntry(this, event, bytes));
        }
    }

    private void settle(@Nullable String callId, PendingCall.Outcome outcome) {
        PendingCall call = pending.take(callId);
        if (call == null) {
            endpoint.counters.unmatchedAnswers.increment();
            log.debug("An answer from peer {} to a call that is not pending is dropped", id);
        } else {
            settle(call, outcome);
        }
    }

    @Override
    public void pong() {
        heartbeat.heard();
    }

    @Override
    public void violation(int code, String reason) {
        if (open.get()) {
            log.debug("Peer {} breaks the protocol: {} {}", id, code, reason);
            close(code, reason);
        }
    }

    // ---- answers: on the executor, or wherever a handler's stage completes

    /** Queues an answer. Bursts write for themselves; others need a writer. */
    void answer(String frame, boolean inBurst) {
        EncodedFrame encoded = EncodedFrame.of(frame);
        sent(inBurst ? outbound.add(encoded) : outbound.send(encoded));
    }

    private void reject(Frame.Call call, XyException error) {
        answer(endpoint.encoder.reject(call.name(), call.id(), endpoint.errors.rejection(call.name(), error)), false);
    }

    void refuse(Frame.Call call) {
        endpoint.counters.refusedCalls.increment();
        reject(call, new XyException(503, "Too busy"));
    }

    XyEndpoint endpoint() {
        return endpoint;
    }

    // ---- out: on the callers' threads

    boolean send(String event, @Nullable Object payload) {
        return send(EncodedFrame.of(endpoint.encoder.event(event, endpoint.encode(payload))));
    }

    boolean send(EncodedFrame event) {
        return sent(outbound.send(event));
    }

    <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type, Duration timeout) {
        PromisedCall<T> call = new PromisedCall<>(function, type, endpoint, this::forget);
        start(call, payload, timeout);
        return call.future;
    }

    PendingCall.Outcome await(String function, @Nullable Object payload, Duration timeout) {
        PendingCall.Awaited call = new PendingCall.Awaited(function);
        start(call, payload, timeout);
        Burst.blocks();
        try {
            return call.await();
        } catch (InterruptedException e) {
            forget(call);
            Thread.currentThread().interrupt();
            return new PendingCall.Failed(new XyException(499, "Interrupted while waiting for '" + function + "'"));
        }
    }

    private void start(PendingCall call, @Nullable Object payload, Duration timeout) {
        String encoded = endpoint.encode(payload);
        Burst.callsPeer();
        PendingCalls.Added added = pending.add(call, timeout);
        if (added == PendingCalls.Added.CLOSED) {
            call.settle(new PendingCall.Failed(notConnected(call)));
        } else if (added == PendingCalls.Added.FULL) {
            call.settle(
                    new PendingCall.Failed(new XyException(429, "Too many calls to this peer wait for their answers")));
        } else {
            gate.awaiting(1);
            String frame = endpoint.encoder.call(call.function, encoded, PendingCalls.format(call.id));
            if (!sent(outbound.send(EncodedFrame.of(frame))) && pending.remove(call)) {
                settle(call, new PendingCall.Failed(notConnected(call)));
            }
        }
    }

    private void forget(PendingCall call) {
        if (pending.remove(call)) {
            gate.awaiting(-1);
        }
    }

    private void settle(PendingCall call, PendingCall.Outcome outcome) {
        gate.awaiting(-1);
        call.settle(outcome);
    }

    private static XyNotConnectedException notConnected(PendingCall call) {
        return new XyNotConnectedException("Not connected: '" + call.function + "' was not answered");
    }

    private boolean sent(Outbound.Offer offer) {
        if (offer == Outbound.Offer.FULL) {
            drop("too slow: send buffer full");
        }
        return offer == Outbound.Offer.QUEUED;
    }

    // ---- the connection's life

    void opened() {
        lane.add(new LifeCycleEntry(() -> endpoint.listener.connected(peer)));
    }

    boolean isOpen() {
        return open.get();
    }

    boolean isIdle() {
        return lane.isIdle();
    }

    int pendingCalls() {
        return pending.size();
    }

    /** Called at intervals: pings, and drops a peer that is dead or stuck. */
    void check(long now) {
        String fault = heartbeat.check(now, gate.wasPaused(), outbound);
        if (fault != null) {
            drop(fault);
        }
    }

    void close(int code, String reason) {
        String fitting = Utf8.truncate(reason, 123);
        if (end(code, fitting)) {
            closeTimer = endpoint.clock.schedule(transport::cut, endpoint.timeouts.send());
            outbound.close(code, fitting);
            transport.resumeReading();
            if (transportClosed.get()) {
                stopCloseTimer();
            }
        }
    }

    /** Ends a connection that can't be ended politely. */
    private void drop(String reason) {
        if (end(1006, reason)) {
            endpoint.counters.droppedPeers.increment();
            log.warn("Peer {} is dropped: {}", id, reason);
            outbound.drop();
            transport.cut();
        }
    }

    @Override
    public void closed(int code, String reason) {
        transportClosed.set(true);
        stopCloseTimer();
        end(code, reason);
        outbound.drop();
        endpoint.connections.remove(this);
    }

    /** The end, once, whoever brings it about. */
    private boolean end(int code, String reason) {
        if (!open.compareAndSet(true, false)) {
            return false;
        }
        endpoint.peers.remove(peer);
        for (PendingCall call : pending.close()) {
            settle(call, new PendingCall.Failed(notConnected(call)));
        }
        lane.addLast(new LifeCycleEntry(() -> endpoint.listener.disconnected(peer, code, reason)));
        return true;
    }

    private void stopCloseTimer() {
        XyClock.Timer timer = closeTimer;
        if (timer != null) {
            timer.cancel();
        }
    }

    // ---- from the queue, on a writer's thread

    @Override
    public void pinged() {
        heartbeat.pinged();
    }

    @Override
    public void roomToSend() {
        lane.workOff();
    }

    @Override
    public void writeFailed(Exception cause) {
        log.debug("A write to peer {} failed", id, cause);
        if (end(1006, "write failed")) {
            endpoint.counters.droppedPeers.increment();
        }
        outbound.drop();
        transport.cut();
    }
}
