package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.untrusted.Thrown;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A publisher's values as one future, which ends the subscription when it is cancelled or otherwise completed. */
final class Collected implements Subscriber<Object> {

    /** What is made of the values. */
    enum Shape {
        /** The single value, or null. */
        ONE,
        /** A JSON array. */
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

    /** So many values are asked for at a time: a publisher that doesn't notice that it is cancelled stops there. */
    private static final int DEMAND = 64;

    private final CompletableFuture<@Nullable Object> future = new XyCancellableFuture<>();
    private final Shape shape;
    private final BoundedArray array;
    private volatile boolean over;

    // of the publisher's signals, which come one after the other
    private @Nullable Subscription subscription;
    private @Nullable Object first;
    private int wanted;

    private Collected(Shape shape, BoundedArray array) {
        this.shape = shape;
        this.array = array;
    }

    /** @param until if not null, the peer with whose connection this ends: it alone waits for the values */
    static CompletableFuture<@Nullable Object> from(
            Publisher<?> publisher, Shape shape, AnswerBounds bounds, @Nullable XyPeer until) {
        Collected collected = new Collected(shape, new BoundedArray(bounds));
        if (until != null) {
            collected.endWith(until);
        }
        try {
            publisher.subscribe(collected);
        } catch (Throwable t) {
            collected.onError(t);
        }
        return collected.future;
    }

    private void endWith(XyPeer peer) {
        XyRegistration end = peer.onEnd(() -> {
            if (shape == Shape.IGNORED) {
                future.complete(null); // a listener has not failed
            } else {
                future.completeExceptionally(new XyException(499, "The connection has ended"));
            }
        });
        var unused = future.whenComplete((value, error) -> end.close());
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        var unused = future.whenComplete((value, error) -> {
            if (!over) {
                given.cancel();
            }
        });
        wanted = DEMAND;
        given.request(shape == Shape.ALL ? DEMAND : Long.MAX_VALUE);
    }

    @Override
    public void onNext(Object value) {
        if (shape == Shape.ALL) {
            add(value);
        } else if (shape == Shape.ONE && first == null) {
            first = value;
        }
    }

    private void add(Object value) {
        if (future.isDone()) {
            return;
        }
        try {
            array.add(value);
        } catch (Throwable t) {
            future.completeExceptionally(Thrown.forFuture(t));
            return;
        }
        if (--wanted == 0 && subscription != null) {
            wanted = DEMAND;
            subscription.request(DEMAND);
        }
    }

    @Override
    public void onError(Throwable error) {
        over = true;
        future.completeExceptionally(Thrown.forFuture(error));
    }

    @Override
    public void onComplete() {
        over = true;
        switch (shape) {
            case ALL -> future.complete(array.payload());
            case ONE -> future.complete(first);
            default -> future.complete(shape.nothing());
        }
    }
}
