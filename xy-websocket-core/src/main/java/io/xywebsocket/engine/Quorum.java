package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.XyOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Collects answers until there are enough, or can't be. Called by one thread at a time. */
final class Quorum<T> implements Flow.Subscriber<XyOutcome<T>> {

    final CompletableFuture<List<XyOutcome<T>>> reached = new CompletableFuture<>();

    private final List<XyOutcome<T>> values = new ArrayList<>();
    private final int needed;
    private final Runnable cancelRest;
    private int possible;

    Quorum(int needed, int asked, Runnable cancelRest) {
        this.needed = needed;
        this.possible = asked;
        this.cancelRest = cancelRest;
        if (possible < needed) {
            reached.completeExceptionally(new XyException(404, "Only " + asked + " members to ask"));
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(XyOutcome<T> outcome) {
        if (reached.isDone()) {
            return;
        }
        XyException error = outcome.error();
        if (error != null) {
            if (--possible < needed) {
                reached.completeExceptionally(error);
            }
            return;
        }
        values.add(outcome);
        if (values.size() == needed) {
            cancelRest.run(); // before stages of the application, which may take their time
            reached.complete(List.copyOf(values));
        }
    }

    @Override
    public void onError(Throwable error) {
        reached.completeExceptionally(error);
    }

    @Override
    public void onComplete() {}
}
