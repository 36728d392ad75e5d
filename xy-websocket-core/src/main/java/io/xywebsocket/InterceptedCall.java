package io.xywebsocket;

import io.xywebsocket.transport.Thrown;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A call of this side on its way through the interceptors, which may send it never, once or again. Thread-safe. */
final class InterceptedCall<T> {

    private static final XyType<XyPayload> RAW = XyType.of(XyPayload.class);

    private final CompletableFuture<T> future = new XyCancellableFuture<>();
    private final Queue<CompletableFuture<XyPayload>> sent = new ConcurrentLinkedQueue<>();
    private final XyEndpoint endpoint;
    private final OutgoingCalls calls;
    private final String function;
    private final XyType<T> type;
    private final Duration timeout;
    private final long madeAt;

    /** What was left when it was made to the handler that makes it; interceptors may go on elsewhere. */
    private final @Nullable Duration left;

    /** Who asks, if he handles what the same peer has sent; likewise. */
    private final Burst.@Nullable Asker asker;

    /** What the thread that awaits the call runs meanwhile, in the executor's place: that may have no other thread. */
    private final BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();

    /** Until then that thread is with the interceptors, of which one may itself wait for an answer. */
    private volatile boolean awaiting;

    InterceptedCall(XyEndpoint endpoint, OutgoingCalls calls, String function, XyType<T> type, Duration timeout) {
        this.endpoint = endpoint;
        this.calls = calls;
        this.function = function;
        this.type = type;
        this.timeout = timeout;
        this.madeAt = endpoint.clock.nanoTime();
        this.left = Burst.timeLeft();
        this.asker = calls.asker();
        // once its caller has what he wanted, or wants it no more, nobody waits for what is still under way
        future.whenComplete((value, error) -> sent.forEach(answer -> answer.cancel(false)));
    }

    CompletableFuture<T> call(Interceptors interceptors, XyPeer peer, @Nullable Object payload) {
        begin(interceptors, peer, payload, calls.completer());
        return future;
    }

    private void begin(Interceptors interceptors, XyPeer peer, @Nullable Object payload, Executor completer) {
        XyPayload encoded = endpoint.payload(payload); // the sender's mistake if it can't be
        try {
            XyMessage message = XyMessage.out(XyMessage.Kind.CALL, function, encoded, peer, endpoint.json);
            Object result = interceptors.pass(message, passed -> proceed(passed, completer));
            if (result instanceof CompletionStage<?> stage && !LaneEntry.isDone(stage)) {
                // whoever completes it, stages of the caller's run on the executor
                stage.whenComplete((value, error) -> completer.execute(() -> settle(value, error)));
            } else if (result instanceof CompletionStage<?> done) {
                settle(done.toCompletableFuture().join(), null);
            } else {
                settle(result, null);
            }
        } catch (InterruptedException e) {
            settle(null, interrupted());
        } catch (Throwable t) {
            settle(null, t);
        }
    }

    @SuppressWarnings("NullAway") // like Map.get: whoever is answered null gets null
    T await(Interceptors interceptors, XyPeer peer, @Nullable Object payload) {
        begin(interceptors, peer, payload, this::takeTurn);
        awaiting = true;
        future.whenComplete((value, error) -> turns.add(() -> {}));
        Burst.blocks();
        try {
            while (!future.isDone()) {
                turns.take().run();
            }
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw XyException.caughtBy(function, failure);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            future.cancel(false);
            throw interrupted();
        }
    }

    /** Whoever comes first runs it, and nobody else. */
    private void takeTurn(Runnable task) {
        FutureTask<?> turn = new FutureTask<>(task, null);
        turns.add(turn);
        if (!awaiting) {
            calls.completer().execute(turn);
        }
    }

    private XyException interrupted() {
        Thread.currentThread().interrupt();
        return new XyException(499, "Interrupted while waiting for '" + function + "'").ofCall(function, calls.peer);
    }

    private CompletableFuture<XyPayload> proceed(XyMessage message, Executor completer) {
        if (future.isDone()) { // an interceptor tries again, but nobody wants it any more
            CompletableFuture<XyPayload> unsent = new CompletableFuture<>();
            unsent.cancel(false);
            return unsent;
        }
        CompletableFuture<XyPayload> answer =
                Burst.comingOf(asker, () -> calls.call(function, message.payload(), RAW, within(), completer));
        sent.add(answer);
        if (future.isDone()) {
            answer.cancel(false);
        }
        return answer;
    }

    private Duration within() {
        if (left == null) {
            return timeout;
        }
        Duration still = left.minusNanos(endpoint.clock.nanoTime() - madeAt);
        return still.isNegative() ? Duration.ZERO : still.compareTo(timeout) < 0 ? still : timeout;
    }

    /** What an interceptor answers in the other side's place is written as what it is read as. */
    private @Nullable Object typed(@Nullable Object value) {
        return value == null || value instanceof XyPayload || value instanceof XyValue
                ? value
                : XyValue.of(value, type);
    }

    private void settle(@Nullable Object value, @Nullable Throwable error) {
        var unused = Burst.comingOf(asker, () -> complete(value, error));
    }

    private boolean complete(@Nullable Object value, @Nullable Throwable error) {
        try {
            if (error != null) {
                return future.completeExceptionally(Thrown.forFuture(Thrown.unwrap(error)));
            }
            byte[] json = endpoint.payload(typed(value)).jsonOrNull();
            return future.complete(
                    endpoint.answers.valueOf(function, calls.peer, new PendingCall.Answered(json), type));
        } catch (Throwable t) {
            return future.completeExceptionally(Thrown.forFuture(t));
        }
    }
}
