package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyPayload;
import io.xywebsocket.transport.Thrown;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A publisher's values as one future; cancelling the future cancels the subscription. */
final class Collected implements Subscriber<Object> {

    /** What is made of the values. */
    enum Shape {
        /** The single value, or null. */
        ONE,
        /** A list. */
        ALL,
        /** The missing payload: there never is a value. */
        NO_VALUE,
        /** Nothing: only the end matters. */
        IGNORED;

        /** What stands for a publisher that a method should have returned, but didn't. */
        @Nullable
        Object nothing() {
            return this == NO_VALUE ? XyPayload.none() : null;
        }
    }

    private final CompletableFuture<@Nullable Object> future = new XyCancellableFuture<>();
    private final Shape shape;
    private final List<Object> values = new ArrayList<>(1);

    private Collected(Shape shape) {
        this.shape = shape;
    }

    static CompletableFuture<@Nullable Object> from(Publisher<?> publisher, Shape shape) {
        Collected collected = new Collected(shape);
        publisher.subscribe(collected);
        return collected.future;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        var unused = future.whenComplete((value, error) -> {
            if (future.isCancelled()) {
                subscription.cancel();
            }
        });
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Object value) {
        if (shape == Shape.ONE || shape == Shape.ALL) {
            values.add(value);
        }
    }

    @Override
    public void onError(Throwable error) {
        future.completeExceptionally(Thrown.forFuture(error));
    }

    @Override
    public void onComplete() {
        if (shape == Shape.ALL) {
            future.complete(values);
        } else {
            future.complete(values.isEmpty() ? shape.nothing() : values.get(0));
        }
    }
}
