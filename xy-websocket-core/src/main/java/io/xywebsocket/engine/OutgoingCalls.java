package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyType;
import io.xywebsocket.protocol.JsonBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls of this side to one peer. Each is registered before it is sent, and removed when it is answered, can't be
 * sent, times out, is cancelled, or the connection ends. Thread-safe.
 */
final class OutgoingCalls {

    /** The id of the called peer. */
    final String peer;

    private final EngineContext context;
    private final PendingCalls pending;
    private final Completions completions;
    private final Predicate<EncodedFrame> sender;

    /** The cause of the connection's end, once known. */
    private volatile @Nullable Throwable end;

    /**
     * @param peer   the id of the called peer
     * @param sender queues a frame and returns whether it did
     */
    OutgoingCalls(String peer, EngineContext context, ReceiveBuffer receiveBuffer, Predicate<EncodedFrame> sender) {
        this.peer = peer;
        this.context = context;
        this.pending = new PendingCalls(
                context.clock(), receiveBuffer, context.limits().maxPendingCalls());
        this.completions = new Completions(context);
        this.sender = sender;
    }

    <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type, Duration timeout) {
        return call(function, payload, type, timeout, completions);
    }

    /** @param completer completes the future and runs its stages, so not the reading thread */
    <T> CompletableFuture<T> call(
            String function, @Nullable Object payload, XyType<T> type, Duration timeout, Executor completer) {
        PromisedCall<T> call = new PromisedCall<>(function, peer, type, context, completer, this::giveUp);
        start(call, payload, timeout);
        return call.future;
    }

    /** Returns the executor that completes futures. */
    Executor completer() {
        return completions;
    }

    PendingCall.Outcome await(String function, @Nullable Object payload, Duration timeout) {
        PendingCall.Awaited call = new PendingCall.Awaited(function);
        start(call, payload, timeout);
        ThisThread.beforeBlocking();
        try {
            return call.await();
        } catch (InterruptedException e) {
            giveUp(call);
            Thread.currentThread().interrupt();
            return new PendingCall.Failed(
                    () -> new XyException(499, "Interrupted while waiting for '" + function + "'"));
        }
    }

    private void start(PendingCall call, @Nullable Object payload, Duration timeout) {
        JsonBuffer begun =
                context.codec().encoder.beginCall(call.function, context.codec().encode(payload));
        Duration limited = ThisThread.onOutgoingCall(timeout);
        if (limited.isZero()) {
            call.settle(new PendingCall.Failed(() -> XyInternals.noTimeLeft(call.function)));
            return;
        }
        ThisThread.CallOrigin origin = origin();
        if (origin != null) {
            origin.onNestedCall(); // before the peer can answer
            call.origin = origin;
        }
        PendingCalls.Added added = pending.add(call, limited);
        if (added != PendingCalls.Added.ADDED && origin != null) {
            origin.onNestedCallEnded();
        }
        if (added == PendingCalls.Added.CLOSED) {
            call.settle(notConnected(call));
        } else if (added == PendingCalls.Added.FULL) {
            call.settle(new PendingCall.Failed(
                    () -> new XyException(429, "Too many calls to this peer wait for their answers")));
        } else {
            String id = PendingCalls.format(call.id);
            JsonBuffer frame = context.codec().encoder.endCall(begun, id, call.ttl());
            TrafficLog.Label label = TrafficLog.label(TrafficLog.Kind.CALL, call.function, id);
            if (!sender.test(EncodedFrame.of(frame, EncodedFrame.Kind.OTHER, label)) && pending.remove(call)) {
                call.settle(notConnected(call));
            }
        }
    }

    /** Returns the inbound entry that this thread handles, if the called peer sent it; otherwise null. */
    ThisThread.@Nullable CallOrigin origin() {
        ThisThread.CallOrigin origin = ThisThread.origin();
        return origin != null && origin.isFrom(peer) ? origin : null;
    }

    /** Cancels a call for its caller. After the deadline the other side needs no cancel frame. */
    private void giveUp(PendingCall call) {
        if (pending.remove(call) && call.deadline - context.clock().nanoTime() > 0) {
            String id = PendingCalls.format(call.id);
            JsonBuffer frame = context.codec().encoder.cancel(call.function, id);
            if (frame != null) {
                TrafficLog.Label label = TrafficLog.label(TrafficLog.Kind.CANCEL, call.function, id);
                var unused = sender.test(EncodedFrame.of(frame, EncodedFrame.Kind.ANSWER, label));
            }
        }
    }

    /** Returns the time of a pending call by its id, given as JSON text; {@link TrafficLog#UNTIMED} if none has it. */
    long startedAt(@Nullable String id) {
        return pending.startedAt(id);
    }

    /** Settles the call that an answer belongs to. Returns whether it was pending. */
    boolean settle(@Nullable String id, PendingCall.Outcome outcome) {
        PendingCall call = pending.take(id);
        if (call == null) {
            return false;
        }
        if (call.origin != null) {
            call.origin.onNestedAnswer();
        }
        call.settle(outcome);
        return true;
    }

    /** A write has failed; the end of the connection follows. */
    void onWriteFailed(Throwable why) {
        end = why;
    }

    /** The connection is about to end. */
    void onEnding(int code, String reason) {
        end = XyInternals.ended(code, reason, end);
    }

    /** The connection has ended: fails all pending calls. */
    void disconnected() {
        for (PendingCall call : pending.close()) {
            call.settle(notConnected(call));
        }
    }

    int size() {
        return pending.size();
    }

    private PendingCall.Outcome notConnected(PendingCall call) {
        return new PendingCall.Failed(
                () -> new XyNotConnectedException("Not connected: '" + call.function + "' was not answered", end));
    }
}
