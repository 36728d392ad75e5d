package io.xywebsocket.engine;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
import io.xywebsocket.untrusted.Thrown;
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

/** An outgoing call through the interceptors, which may send it never, once or repeatedly. Thread-safe. */
final class InterceptedCall<T> {

    private static final XyType<XyPayload> RAW = XyType.of(XyPayload.class);

    private final CompletableFuture<T> future = new XyCancellableFuture<>();
    private final Queue<CompletableFuture<XyPayload>> sent = new ConcurrentLinkedQueue<>();
    private final EngineContext context;
    private final OutgoingCalls calls;
    private final String function;
    private final XyType<T> type;
    private final Duration timeout;
    private final long startedAt;

    /** The time left to the calling handler at the start, as interceptors may continue on other threads. */
    private final @Nullable Duration left;

    /** The inbound entry whose handler makes the call, if the called peer sent it; captured for the same reason. */
    private final ThisThread.@Nullable CallOrigin origin;

    /** Tasks that the awaiting thread runs itself, as the executor may have no other thread. */
    private final BlockingQueue<Runnable> awaitingThreadTasks = new LinkedBlockingQueue<>();

    /** Whether that thread takes tasks: before, it runs interceptors, which may wait for an answer themselves. */
    private volatile boolean awaiting;

    InterceptedCall(EngineContext context, OutgoingCalls calls, String function, XyType<T> type, Duration timeout) {
        this.context = context;
        this.calls = calls;
        this.function = function;
        this.type = type;
        this.timeout = timeout;
        this.startedAt = context.clock().nanoTime();
        this.left = ThisThread.timeLeft();
        this.origin = calls.origin();
        // cancel what is still pending once the caller has a result or has cancelled
        future.whenComplete((value, error) -> sent.forEach(answer -> answer.cancel(false)));
    }

    CompletableFuture<T> call(Interceptors interceptors, XyPeer peer, @Nullable Object payload) {
        return call(interceptors, peer, payload, calls.completer());
    }

    CompletableFuture<T> call(Interceptors interceptors, XyPeer peer, @Nullable Object payload, Executor completer) {
        begin(interceptors, peer, payload, completer);
        return future;
    }

    private void begin(Interceptors interceptors, XyPeer peer, @Nullable Object payload, Executor completer) {
        XyPayload encoded = context.codec().payload(payload); // throws to the sender
        try {
            XyMessage message = XyInternals.outgoingCall(function, encoded, peer, context.codec().json, type);
            CompletionStage<?> answer = interceptors.all.outgoingCall(message, passed -> proceed(passed, completer));
            if (InboundEntry.isDone(answer)) {
                settle(answer.toCompletableFuture().join(), null);
            } else {
                // the caller's stages run on the executor, whichever thread completes this one
                answer.whenComplete((value, error) -> completer.execute(() -> settle(value, error)));
            }
        } catch (InterruptedException e) {
            settle(null, interrupted());
        } catch (Throwable t) {
            settle(null, t);
        }
    }

    @SuppressWarnings("NullAway") // null if the answer is null, as with Map.get
    T await(Interceptors interceptors, XyPeer peer, @Nullable Object payload) {
        begin(interceptors, peer, payload, this::offerToAwaitingThread);
        awaiting = true;
        future.whenComplete((value, error) -> awaitingThreadTasks.add(() -> {}));
        ThisThread.beforeBlocking();
        try {
            while (!future.isDone()) {
                awaitingThreadTasks.take().run();
            }
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw XyInternals.caughtBy(function, failure);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            future.cancel(false);
            throw interrupted();
        }
    }

    /** Offers a task to the awaiting thread, and to the executor if that is still busy; the first one runs it. */
    private void offerToAwaitingThread(Runnable task) {
        FutureTask<?> turn = new FutureTask<>(task, null);
        awaitingThreadTasks.add(turn);
        if (!awaiting) {
            calls.completer().execute(turn);
        }
    }

    private XyException interrupted() {
        Thread.currentThread().interrupt();
        return new XyException(499, "Interrupted while waiting for '" + function + "'").ofCall(function, calls.peer);
    }

    private CompletableFuture<XyPayload> proceed(XyMessage message, Executor completer) {
        if (future.isDone()) { // an interceptor retries after the end of the call
            CompletableFuture<XyPayload> unsent = new CompletableFuture<>();
            unsent.cancel(false);
            return unsent;
        }
        CompletableFuture<XyPayload> answer = ThisThread.onBehalfOf(
                origin, () -> calls.call(function, message.payload(), RAW, remaining(), completer));
        sent.add(answer);
        if (future.isDone()) {
            answer.cancel(false);
        }
        return answer;
    }

    private Duration remaining() {
        if (left == null) {
            return timeout;
        }
        Duration still = left.minusNanos(context.clock().nanoTime() - startedAt);
        return still.isNegative() ? Duration.ZERO : still.compareTo(timeout) < 0 ? still : timeout;
    }

    private void settle(@Nullable Object value, @Nullable Throwable error) {
        var unused = ThisThread.onBehalfOf(origin, () -> complete(value, error));
    }

    private boolean complete(@Nullable Object value, @Nullable Throwable error) {
        try {
            if (error != null) {
                return future.completeExceptionally(Thrown.forFuture(Thrown.unwrap(error)));
            }
            byte[] json = XyInternals.json(context.codec().payload(value));
            return future.complete(
                    context.answers().valueOf(function, calls.peer, new PendingCall.Answered(json), type));
        } catch (Throwable t) {
            return future.completeExceptionally(Thrown.forFuture(t));
        }
    }
}
