package io.xywebsocket.client;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyClock;
import io.xywebsocket.XyException;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A call that waits for the connection first; both together take no longer than its timeout. Thread-safe. */
final class WaitingCall<T> {

    private final Thread caller = Thread.currentThread();
    private final String function;
    private final XyPayload payload;
    private final XyType<T> type;
    private final XyClock clock;
    private final Duration timeout;
    private final long deadline;
    private final CompletableFuture<T> future = new XyCancellableFuture<>();
    private volatile XyClock.Timer timer = () -> {};
    private volatile boolean begun;

    WaitingCall(String function, XyPayload payload, XyType<T> type, XyClock clock, Duration timeout) {
        this.function = function;
        this.payload = payload;
        this.type = type;
        this.clock = clock;
        this.timeout = timeout;
        this.deadline = clock.nanoTime() + timeout.toNanos();
    }

    /**
     * Starts the timer.
     *
     * @param executor       completes the future when the time is over
     * @param notConnected   why there is no connection; null if that isn't known
     */
    CompletableFuture<T> begin(Executor executor, Supplier<@Nullable Throwable> notConnected) {
        timer = clock.scheduleAt(() -> executor.execute(() -> timeUp(notConnected.get())), deadline);
        future.whenComplete((value, error) -> timer.cancel());
        return future;
    }

    boolean isOf(Thread thread) {
        return caller == thread;
    }

    boolean isDone() {
        return future.isDone();
    }

    /** There is a connection. Interceptors may block; the timer runs on meanwhile. */
    void connected(XyPeer peer) {
        Duration left = Duration.ofNanos(deadline - clock.nanoTime());
        if (future.isDone() || left.isNegative() || left.isZero()) {
            return; // the timer is about to say so
        }
        begun = true;
        CompletableFuture<T> call;
        try {
            call = peer.withTimeout(left).call(function, payload, type);
        } catch (Throwable t) {
            future.completeExceptionally(t);
            return;
        }
        timer.cancel();
        call.whenComplete((value, error) -> {
            if (error == null) {
                future.complete(value);
            } else if (error instanceof XyCallTimeoutException) {
                future.completeExceptionally(timeout(peer.id())); // the wait included
            } else {
                future.completeExceptionally(error);
            }
        });
        future.whenComplete((value, error) -> call.cancel(false));
    }

    /**
     * There is none, and the time is over or there will be none.
     *
     * @param why null if that isn't known
     */
    void notConnected(@Nullable Throwable why) {
        future.completeExceptionally(
                new XyNotConnectedException("Not connected: '" + function + "' was not called", why)
                        .ofCall(function, null));
    }

    private void timeUp(@Nullable Throwable whyNotConnected) {
        if (begun) {
            future.completeExceptionally(timeout(null));
        } else {
            notConnected(whyNotConnected);
        }
    }

    private XyException timeout(@Nullable String peer) {
        return new XyCallTimeoutException(function, timeout).ofCall(function, peer);
    }
}
