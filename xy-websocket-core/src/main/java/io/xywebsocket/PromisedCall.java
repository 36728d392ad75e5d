package io.xywebsocket;

import io.xywebsocket.transport.Thrown;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A call whose caller holds a future. It completes on the executor, so that its stages don't run on the reading thread. */
final class PromisedCall<T> extends PendingCall {

    final XyCancellableFuture<T> future = new XyCancellableFuture<>();

    private final String peer;
    private final XyType<T> type;
    private final XyEndpoint endpoint;
    private final Executor completions;

    /**
     * @param peer the id of the peer that is called
     * @param completions completes the future
     * @param forget called when the future is complete, also if the caller cancelled or completed it himself
     */
    PromisedCall(
            String function,
            String peer,
            XyType<T> type,
            XyEndpoint endpoint,
            Executor completions,
            Consumer<PendingCall> forget) {
        super(function);
        this.peer = peer;
        this.completions = completions;
        this.type = type;
        this.endpoint = endpoint;
        future.whenComplete((value, error) -> forget.accept(this));
    }

    @Override
    void settled(Outcome how) {
        completions.execute(() -> {
            var unused = Burst.comingOf(asker, () -> complete(how));
        });
    }

    private boolean complete(Outcome how) {
        try {
            return future.complete(endpoint.answers.valueOf(function, peer, how, type));
        } catch (Throwable t) {
            return future.completeExceptionally(Thrown.forFuture(t));
        }
    }
}
