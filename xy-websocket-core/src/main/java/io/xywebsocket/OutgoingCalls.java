package io.xywebsocket;

import io.xywebsocket.protocol.JsonBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls of this side to one peer. Each is remembered before it is sent, and ends in one of five ways, which all forget it: answered,
 * not sent, timed out, given up by its caller, disconnected. Thread-safe.
 */
final class OutgoingCalls {

    /** The id of the peer that is called. */
    final String peer;

    private final XyEndpoint endpoint;
    private final Lane lane;
    private final PendingCalls pending;
    private final Completions completions;
    private final Predicate<EncodedFrame> sender;

    /** Why nothing is answered any more, once that is known. */
    private volatile @Nullable Throwable end;

    /**
     * @param peer   the id of the peer
     * @param lane   what the same peer has sent
     * @param sender queues a frame, and says whether it did
     */
    OutgoingCalls(String peer, XyEndpoint endpoint, ReadGate gate, Lane lane, Predicate<EncodedFrame> sender) {
        this.peer = peer;
        this.endpoint = endpoint;
        this.lane = lane;
        this.pending = new PendingCalls(endpoint.clock, gate, endpoint.limits.maxPendingCalls());
        this.completions = new Completions(endpoint);
        this.sender = sender;
    }

    <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type, Duration timeout) {
        return call(function, payload, type, timeout, completions);
    }

    /** @param completer completes the future; runs what comes of an answer, and so must not be the reading thread */
    <T> CompletableFuture<T> call(
            String function, @Nullable Object payload, XyType<T> type, Duration timeout, Executor completer) {
        PromisedCall<T> call = new PromisedCall<>(function, peer, type, endpoint, completer, this::giveUp);
        start(call, payload, timeout);
        return call.future;
    }

    /** Completes futures on the executor. */
    Executor completer() {
        return completions;
    }

    PendingCall.Outcome await(String function, @Nullable Object payload, Duration timeout) {
        PendingCall.Awaited call = new PendingCall.Awaited(function);
        start(call, payload, timeout);
        Burst.blocks();
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
        JsonBuffer begun = endpoint.encoder.beginCall(call.function, endpoint.encode(payload));
        Duration within = Burst.callsPeer(timeout);
        if (within.isZero()) {
            call.settle(new PendingCall.Failed(() -> XyCallTimeoutException.noTimeLeft(call.function)));
            return;
        }
        Burst.Asker asker = asker();
        if (asker != null) {
            lane.asks(asker.entry()); // before the peer can know
            call.asker = asker;
        }
        PendingCalls.Added added = pending.add(call, within);
        if (added != PendingCalls.Added.ADDED && asker != null) {
            lane.hasAnswer(asker.entry());
        }
        if (added == PendingCalls.Added.CLOSED) {
            call.settle(notConnected(call));
        } else if (added == PendingCalls.Added.FULL) {
            call.settle(new PendingCall.Failed(
                    () -> new XyException(429, "Too many calls to this peer wait for their answers")));
        } else {
            JsonBuffer frame = endpoint.encoder.endCall(begun, PendingCalls.format(call.id), call.ttl());
            if (!sender.test(EncodedFrame.of(frame, EncodedFrame.Kind.OTHER)) && pending.remove(call)) {
                call.settle(notConnected(call));
            }
        }
    }

    /** Whoever on this thread handles what the peer has sent that he asks; null if nobody does. */
    Burst.@Nullable Asker asker() {
        Burst.Asker asker = Burst.asker();
        return asker != null && asker.lane() == lane ? asker : null;
    }

    /** The caller waits no longer, of its own accord. After the deadline the other side knows that anyway. */
    private void giveUp(PendingCall call) {
        if (pending.remove(call) && call.deadline - endpoint.clock.nanoTime() > 0) {
            JsonBuffer frame = endpoint.encoder.cancel(call.function, PendingCalls.format(call.id));
            if (frame != null) {
                var unused = sender.test(
                        EncodedFrame.of(frame, EncodedFrame.Kind.ANSWER)); // if not, nobody is there to be told
            }
        }
    }

    /** An answer has come. Returns whether its call was pending. */
    boolean settle(@Nullable String id, PendingCall.Outcome outcome) {
        PendingCall call = pending.take(id);
        if (call == null) {
            return false;
        }
        if (call.asker != null) {
            call.asker.lane().peerHasAnswered();
        }
        call.settle(outcome);
        return true;
    }

    /** Nothing can be written any more; the end of the connection follows. */
    void writeFailed(Throwable why) {
        end = why;
    }

    /** The connection is about to be over. */
    void ends(int code, String reason) {
        end = XyNotConnectedException.ended(code, reason, end);
    }

    /** The connection is over: nothing more is answered. */
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
