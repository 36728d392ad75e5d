package io.xywebsocket.engine;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyType;
import io.xywebsocket.untrusted.Thrown;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A call whose caller has a future. It completes on the executor, as its stages must not run on the reading thread.
 */
final class PromisedCall<T> extends PendingCall {

    final XyCancellableFuture<T> future = new XyCancellableFuture<>();

    private final String peer;
    private final XyType<T> type;
    private final EngineContext context;
    private final Executor completions;

    /**
     * @param peer the id of the called peer
     * @param completions completes the future
     * @param forget called when the future is complete, also if the caller cancelled or completed it
     */
    PromisedCall(
            String function,
            String peer,
            XyType<T> type,
            EngineContext context,
            Executor completions,
            Consumer<PendingCall> forget) {
        super(function);
        this.peer = peer;
        this.completions = completions;
        this.type = type;
        this.context = context;
        future.whenComplete((value, error) -> forget.accept(this));
    }

    @Override
    void settled(Outcome how) {
        completions.execute(() -> {
            var unused = ThisThread.onBehalfOf(origin, () -> complete(how));
        });
    }

    private boolean complete(Outcome how) {
        try {
            return future.complete(context.answers().valueOf(function, peer, how, type));
        } catch (Throwable t) {
            return future.completeExceptionally(Thrown.forFuture(t));
        }
    }
}
