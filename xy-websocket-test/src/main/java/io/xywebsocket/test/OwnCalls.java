package io.xywebsocket.test;

import io.xywebsocket.XyException;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls of one peer that the application has not answered yet. Thread-safe. */
final class OwnCalls {

    private record Pending<T>(String function, XyType<T> type, CompletableFuture<T> future) {}

    private final Codec codec;
    private final Executor executor;
    private final Supplier<@Nullable String> peer;

    // guarded by this
    private final Map<String, Pending<?>> pending = new HashMap<>();
    private long lastId;
    private @Nullable Throwable end;

    /**
     * @param executor where the calls' stages run: they may wait for the peer, which its reading thread must not
     * @param peer     the id by which the application knows the connection; null if it doesn't
     */
    OwnCalls(Codec codec, Executor executor, Supplier<@Nullable String> peer) {
        this.codec = codec;
        this.executor = executor;
        this.peer = peer;
    }

    /** Returns the call's id, as JSON. */
    synchronized <T> String begin(String function, XyType<T> type, CompletableFuture<T> future) {
        String id = "\"test-" + ++lastId + '"';
        pending.put(id, new Pending<>(function, type, future));
        return id;
    }

    /** Whether it was an answer to a call of ours. */
    boolean settle(Received answer) {
        Pending<?> call = take(answer.id());
        if (call != null) {
            executor.execute(() -> complete(call, answer));
        }
        return call != null;
    }

    void notConnected(String id) {
        Pending<?> call = take(id);
        if (call != null) {
            executor.execute(() -> call.future.completeExceptionally(notConnected(call)));
        }
    }

    void ended(Throwable why) {
        Map<String, Pending<?>> unanswered;
        synchronized (this) {
            end = why;
            unanswered = Map.copyOf(pending);
        }
        unanswered.keySet().forEach(this::notConnected);
    }

    synchronized boolean areAnswered() {
        return pending.isEmpty();
    }

    /** Returns whether the call was pending still. */
    synchronized boolean forget(String id) {
        return pending.remove(id) != null;
    }

    private synchronized @Nullable Pending<?> take(@Nullable String id) {
        return pending.remove(id);
    }

    private <T> void complete(Pending<T> call, Received answer) {
        try {
            if (answer.kind() == Received.Kind.REJECT) {
                call.future.completeExceptionally(
                        codec.rejection(answer.payload()).ofCall(call.function, peer.get()));
            } else {
                call.future.complete(codec.read(answer.payload(), call.type));
            }
        } catch (XyException e) {
            call.future.completeExceptionally(answer.isNo(call.type, e));
        }
    }

    private synchronized XyException notConnected(Pending<?> call) {
        return new XyNotConnectedException("Not connected: '" + call.function + "' was not answered", end)
                .ofCall(call.function, peer.get());
    }
}
