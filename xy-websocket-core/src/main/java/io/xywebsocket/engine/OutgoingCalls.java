package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyType;
import io.xywebsocket.protocol.JsonBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
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
    private final CallWire wire;

    /** The cause of the connection's end, once known. */
    private volatile @Nullable Throwable end;

    /**
     * @param peer    the id of the called peer
     * @param awaited told of calls that begin to wait for answers, and of those that end
     * @param max     how many may wait at once
     */
    OutgoingCalls(String peer, EngineContext context, IntConsumer awaited, int max, CallWire wire) {
        this.peer = peer;
        this.context = context;
        this.pending = new PendingCalls(context.clock(), awaited, max);
        this.completions = new Completions(context);
        this.wire = wire;
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

    /** Calls a member of another node. */
    <T> CompletableFuture<T> callMember(
            String member, String function, @Nullable Object payload, XyType<T> type, Duration timeout) {
        PromisedCall<T> call = promise(function, member, type, completions);
        start(call, payload, timeout);
        return call.future;
    }

    /** @param change {@code join} or {@code leave} */
    CompletableFuture<Boolean> changeGroup(String member, String change, String group, Duration timeout) {
        PromisedCall<Boolean> call = promise(change, member, XyType.of(Boolean.class), completions);
        call.kind = "group";
        start(call, group, timeout);
        return call.future;
    }

    /** Asks the node itself. */
    CompletableFuture<String> ask(String about, String text, Duration timeout) {
        PromisedCall<String> call =
                new PromisedCall<>(about, peer, XyType.of(String.class), context, completions, this::giveUp);
        call.kind = "ask";
        start(call, text, timeout);
        return call.future;
    }

    /** Creates a call that is not under way yet, see {@link #register}. */
    <T> PromisedCall<T> promise(String function, String member, XyType<T> type, Executor completer) {
        PromisedCall<T> call = new PromisedCall<>(function, member, type, context, completer, this::giveUp);
        call.member = member;
        return call;
    }

    /** Returns the executor that completes futures. */
    Executor completer() {
        return completions;
    }

    PendingCall.Outcome await(String function, @Nullable Object payload, Duration timeout) {
        return await(new PendingCall.Awaited(function), payload, timeout);
    }

    PendingCall.Outcome awaitMember(String member, String function, @Nullable Object payload, Duration timeout) {
        PendingCall.Awaited call = new PendingCall.Awaited(function);
        call.member = member;
        return await(call, payload, timeout);
    }

    private PendingCall.Outcome await(PendingCall.Awaited call, @Nullable Object payload, Duration timeout) {
        start(call, payload, timeout);
        ThisThread.beforeBlocking();
        try {
            return call.await();
        } catch (InterruptedException e) {
            giveUp(call);
            Thread.currentThread().interrupt();
            return new PendingCall.Failed(
                    () -> new XyException(499, "Interrupted while waiting for '" + call.function + "'"));
        }
    }

    private void start(PendingCall call, @Nullable Object payload, Duration timeout) {
        JsonBuffer begun = wire.begin(call, context.codec().encode(payload));
        if (register(call, ThisThread.onOutgoingCall(timeout)) && !wire.send(call, begun)) {
            unsent(call);
        }
    }

    /** Waits for the answer of a call that is about to be sent. Returns false if it has ended at once. */
    boolean register(PendingCall call, Duration timeout) {
        if (timeout.isZero()) {
            call.settle(new PendingCall.Failed(() -> XyInternals.noTimeLeft(call.function)));
            return false;
        }
        ThisThread.CallOrigin origin = origin();
        if (origin != null) {
            origin.onNestedCall(); // before the peer can answer
            call.origin = origin;
        }
        PendingCalls.Added added = pending.add(call, timeout);
        if (added != PendingCalls.Added.ADDED && origin != null) {
            origin.onNestedCallEnded();
        }
        if (added == PendingCalls.Added.CLOSED) {
            call.settle(notConnected(call));
        } else if (added == PendingCalls.Added.FULL) {
            call.settle(new PendingCall.Failed(
                    () -> new XyException(429, "Too many calls to this peer wait for their answers")));
        }
        return added == PendingCalls.Added.ADDED;
    }

    /** A call that was registered can't be sent. */
    void unsent(PendingCall call) {
        if (pending.remove(call)) {
            call.settle(notConnected(call));
        }
    }

    /** Numbers the calls from here on, so that answers to other ones are told from theirs. */
    void startIdsAt(long id) {
        pending.startIdsAt(id);
    }

    /** Returns the inbound entry that this thread handles, if the called peer sent it; otherwise null. */
    ThisThread.@Nullable CallOrigin origin() {
        ThisThread.CallOrigin origin = ThisThread.origin();
        return origin != null && origin.isFrom(peer) ? origin : null;
    }

    /** Cancels a call for its caller. After the deadline the other side needs no cancel frame. */
    private void giveUp(PendingCall call) {
        if (!call.isSettled()
                && pending.remove(call)
                && call.deadline - context.clock().nanoTime() > 0) {
            wire.cancel(call);
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
