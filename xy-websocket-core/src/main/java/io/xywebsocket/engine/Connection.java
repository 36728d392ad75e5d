package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.Utf8;
import io.xywebsocket.untrusted.LogText;
import java.security.Principal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
 * One live connection and what belongs to it. Frames are decoded and {@linkplain Dispatcher dispatched} on the reading
 * thread; handlers run in the {@link InboundQueue}.
 */
final class Connection implements Transport.Receiver, Outbound.Owner, Caller, ReceivedBytes.Sender {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** Pings and pongs between two messages that count as signs of life; further ones count for the rate limit. */
    private static final int FREE_CONTROL_FRAMES = 4;

    private final EngineContext context;
    private final Dispatcher dispatcher;
    private final Peers peers;
    final String id = UUID.randomUUID().toString();
    final XyHandshake handshake;
    final Map<String, Object> attributes;
    final Instant since = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    final Membership membership;
    final ConnectionPeer peer;
    final OutgoingCalls calls;
    final EventFailures failures;
    final ReceiveBuffer receiveBuffer;
    final InboundQueue inbound;
    final Admission admission;
    final ConnectHook hook;
    volatile @Nullable Principal principal;

    private final Transport transport;
    private final Outbound outbound;
    private final Heartbeat heartbeat;
    private final @Nullable Idleness idleness;
    private final Ending ending;
    private final UnfinishedMessage unfinished;
    private final AtomicBoolean depthLogged = new AtomicBoolean();
    private volatile boolean open = true;

    // confined to the reading thread
    private int controlFrames;

    /** Actions for the end of the connection; null if there are none. */
    @GuardedBy("this")
    private @Nullable Set<Runnable> endActions;

    Connection(
            EngineContext context,
            Dispatcher dispatcher,
            Directory directory,
            Transport transport,
            XyHandshake handshake,
            Map<String, Object> attributes) {
        this.context = context;
        this.dispatcher = dispatcher;
        this.peers = directory.peers;
        this.transport = transport;
        this.handshake = handshake;
        this.principal = handshake.principal();
        this.attributes = attributes instanceof ConcurrentHashMap ? attributes : new ConcurrentHashMap<>(attributes);
        this.outbound = new Outbound(transport, context.tasks().writers, SendQueue.of(context), this);
        this.receiveBuffer =
                new ReceiveBuffer(transport, context.limits().receiveBufferSize(), context.receivedBytes());
        this.unfinished = new UnfinishedMessage(context.timeouts());
        this.inbound = new InboundQueue(context, id, receiveBuffer, outbound);
        this.calls = new OutgoingCalls(
                id,
                context,
                receiveBuffer::addAwaited,
                context.limits().maxPendingCalls(),
                new PeerWire(context.codec().encoder, call -> send(call, null)));
        this.heartbeat = new Heartbeat(context.timeouts(), context.clock().nanoTime());
        this.idleness = Idleness.of(context);
        this.peer = new ConnectionPeer(this, context.timeouts().call());
        this.membership = new Membership(directory, peer);
        this.failures = new EventFailures(context);
        this.admission = new Admission(this, context);
        this.ending = new Ending(() -> peers.forget(this));
        this.hook = new ConnectHook(this, context.holdsPeers());
        inbound.addFirst(hook);
    }

    @Override
    public EngineContext context() {
        return context;
    }

    @Override
    public XyPeer peer() {
        return peer;
    }

    @Override
    public ReceiveBuffer receiveBuffer() {
        return receiveBuffer;
    }

    @Override
    public void letCallsPass(InboundEntry entry) {
        inbound.letCallsPass(entry);
    }

    @Override
    public void discardWaiting() {
        inbound.discardWaiting();
    }

    // ---- in: on the reading thread

    @Override
    public void onText(byte[] utf8, int offset, int length) {
        if (!open) {
            return;
        }
        heartbeat.onSignOfLife();
        controlFrames = 0;
        try {
            Frame frame = context.codec().decoder.decode(utf8, offset, length);
            if (unfinished.end()) {
                receiveBuffer.discardUnfinished();
            }
            if (TrafficLog.isOn()) {
                logReceived(frame, length);
            }
            dispatcher.dispatch(this, frame, length);
        } catch (MalformedFrameException e) {
            onViolation(1007, String.valueOf(e.getMessage()));
        }
    }

    private void logReceived(Frame frame, int bytes) {
        String answered = null;
        if (frame instanceof Frame.Resolve resolve) {
            answered = resolve.id();
        } else if (frame instanceof Frame.Reject reject) {
            answered = reject.id();
        }
        TrafficLog.received(id, frame, bytes, calls.startedAt(answered), context.clock());
    }

    @Override
    public void onPing() {
        onControlFrame();
    }

    @Override
    public void onPong() {
        onControlFrame();
    }

    private void onControlFrame() {
        boolean wanted = heartbeat.awaitsSign();
        heartbeat.onSignOfLife();
        controlFrames = wanted ? 0 : controlFrames;
        if (open && !wanted && ++controlFrames > FREE_CONTROL_FRAMES) {
            admission.countOther();
        }
    }

    @Override
    public void onPart(int length, int held) {
        if (!open) {
            return;
        }
        heartbeat.onSignOfLife();
        onTraffic();
        if (unfinished.add(length, context.clock())) {
            admission.countOther();
        }
        receiveBuffer.onPart(held);
        context.receivedBytes().onPart();
    }

    /** Notes traffic of the application, which postpones the idle timeout. */
    void onTraffic() {
        if (idleness != null) {
            idleness.onTraffic();
        }
    }

    @Override
    public void onViolation(int code, String reason) {
        if (open) {
            LogText.quietly(() -> log.debug("Peer {} breaks the protocol: {} {}", id, code, reason));
            admission.countMalformed();
            close(code, reason);
        }
    }

    // ---- answers: on the executor, or wherever a handler's stage completes

    /** Queues an answer. A drain run writes it itself; otherwise a writer does. */
    @Override
    public void answer(EncodedFrame frame, boolean inDrainRun) {
        sent(inDrainRun ? outbound.add(frame) : outbound.send(frame));
    }

    /** Rejects a call that has just come. */
    void reject(String function, @Nullable String callId, XyException error) {
        reject(function, callId, error, TrafficLog.now(context.clock()));
    }

    private void reject(String function, @Nullable String callId, XyException error, long calledAt) {
        EncodedFrame frame = context.codec().rejection(function, callId, error, EncodedFrame.Kind.REFUSAL, calledAt);
        if (open && sent(outbound.send(frame, null)) && outbound.isFullOfRefusals()) {
            receiveBuffer.setRefusing(true);
            if (!outbound.isFullOfRefusals()) {
                receiveBuffer.setRefusing(false); // written in the meantime
            }
        }
    }

    @Override
    public void refuse(String function, @Nullable String callId, long calledAt) {
        context.counters().refusedCalls.increment();
        reject(function, callId, new XyException(503, "Too busy"), calledAt);
    }

    /** Refuses a call that would wait for its own caller. */
    @Override
    public void refuseAsTooDeep(String function, @Nullable String callId, long calledAt) {
        context.counters().refusedCalls.increment();
        if (depthLogged.compareAndSet(false, true)) {
            LogText.quietly(() -> log.warn(
                    "Calls of peer {} get 429: all its running calls wait for its own answers, and no more may run;"
                            + " see xy.websocket.max-concurrent-calls and xy.websocket.executor.max-threads",
                    id));
        }
        String message = "Too many calls at once, all of which wait for their caller";
        reject(function, callId, new XyException(429, message), calledAt);
    }

    // ---- out: on the callers' threads

    boolean send(EncodedFrame frame, @Nullable LatestKey key) {
        onTraffic();
        return open && sent(outbound.send(frame, key));
    }

    /** Sends an event if the peer is one of the addressees, which it can't cease to be in between. */
    boolean sendIfAmong(Addressees addressees, EncodedFrame frame, @Nullable LatestKey key) {
        Outbound.Offer offer = open ? membership.whileAmong(addressees, () -> outbound.add(frame, key)) : null;
        if (offer == null) {
            return false;
        }
        outbound.schedule();
        onTraffic();
        return sent(offer);
    }

    private boolean sent(Outbound.Offer offer) {
        if (offer == Outbound.Offer.FULL) {
            drop("too slow: send buffer full");
        } else if (offer.discardsEvents()) {
            failures.onDiscardedEvents(id);
        }
        return offer.isQueued();
    }

    // ---- the connection's life

    /** Begins the membership, before others can find the peer. */
    void begin() {
        membership.identify(peer.user(), () -> {});
    }

    void opened() {
        inbound.startDrainRun();
    }

    void identify(@Nullable Principal who) {
        String user = who == null ? null : who.getName();
        String fault = XyInternals.userNameFault(user);
        if (fault != null) {
            throw new XyException(400, fault);
        }
        membership.identify(user, () -> principal = who);
        context.listener().identified(peer);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    XyRegistration onEnd(Runnable action) {
        Runnable own = () -> runAtEnd(action);
        synchronized (this) {
            if (open) {
                if (endActions == null) {
                    endActions = new HashSet<>();
                }
                endActions.add(own);
                return () -> forget(own);
            }
        }
        context.tasks().executeAlways(own);
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
        if (endActions != null) {
            endActions.remove(action);
        }
    }

    boolean isIdle() {
        return inbound.isIdle();
    }

    long queuedBytes() {
        return outbound.bytes();
    }

    /** Sends pings, and drops a peer that is dead or stuck. Called at intervals. */
    void check(long now) {
        boolean paused = receiveBuffer.hasPaused();
        String fault = heartbeat.check(now, paused, outbound);
        if (fault != null) {
            drop(fault);
        } else if (unfinished.isOverdue(now, paused)) {
            String reason =
                    "message not ended within " + context.timeouts().message().toMillis() + " ms";
            LogText.quietly(() -> log.debug("Peer {} is closed: {}", id, reason));
            close(1008, reason);
        } else if (idleness != null && idleness.isOver(now, () -> !inbound.isIdle() || calls.size() > 0)) {
            close(1000, "idle");
        }
    }

    @Override
    public void close(int code, String reason) {
        if (code == XyPeer.LOGIN_ENDED) {
            inbound.discardWaiting(); // also after the end: the sender is no longer authorised
        }
        String fitting = Utf8.truncate(reason, 123);
        if (end(code, fitting)) {
            ending.onClosing(
                    context.clock().schedule(this::abort, context.timeouts().send()));
            outbound.close(code, fitting);
            receiveBuffer.keepReading();
        }
    }

    /** Closes for the application; a peer that is not admitted yet never is. */
    void closeByApplication(int code, String reason) {
        if (hook.deny()) {
            inbound.discardWaiting();
        }
        close(code, reason);
    }

    /** Aborts the connection of a peer that is too slow or dead. */
    private void drop(String reason) {
        if (end(1006, reason)) {
            context.counters().droppedPeers.increment();
            LogText.quietly(() -> log.warn("Peer {} is dropped: {}", id, reason));
            outbound.discard();
            abort();
        }
    }

    @Override
    public void onClosed(int code, String reason) {
        ending.onTransportClosed();
        end(code, reason);
        outbound.discard();
        ending.forgetIfOver();
    }

    private void disconnected(int code, String reason) {
        try {
            context.listener().disconnected(peer, code, reason);
        } finally {
            membership.gone(code);
            ending.onNotified();
        }
    }

    void abort() {
        transport.abort();
    }

    /** Ends the connection, once. Returns false if it has ended before. */
    private boolean end(int code, String reason) {
        Set<Runnable> actions;
        synchronized (this) {
            if (!open) {
                return false;
            }
            calls.onEnding(code, reason);
            open = false;
            actions = endActions == null ? Set.of() : endActions;
            endActions = null;
        }
        peers.ended(this);
        membership.end(code);
        calls.disconnected();
        actions.forEach(context.tasks()::executeAlways);
        admission.close();
        transport.discardIncoming();
        if (!receiveBuffer.transferTo(context.orphanedBytes())) {
            inbound.discardWaiting();
            context.orphanedBytes().logDiscarded(id);
        }
        inbound.addLast(new DisconnectedEntry(() -> disconnected(code, reason)));
        return true;
    }

    // ---- from the queue, on a writer's thread

    @Override
    public void onWritable() {
        outbound.onWritable();
    }

    @Override
    public void onPinged() {
        heartbeat.onPinged(context.clock().nanoTime());
    }

    @Override
    public void onSending(EncodedFrame frame, TrafficLog.Label label) {
        TrafficLog.sent(id, label, frame.bytes(), context.clock());
    }

    @Override
    public void onRoomToSend() {
        inbound.startDrainRun();
    }

    @Override
    public void onRoomToRefuse() {
        receiveBuffer.setRefusing(false);
    }

    @Override
    public void onWriteFailed(Throwable cause) {
        if (log.isDebugEnabled()) { // many writes may fail at once
            LogText.quietly(() -> log.debug("A write to peer {} failed", id, LogText.of(cause)));
        }
        if (open) {
            calls.onWriteFailed(cause);
        }
        outbound.discard();
        abort(); // onClosed follows, perhaps with the code of a close frame
    }
}
