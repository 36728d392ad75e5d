package io.xywebsocket;

import java.util.concurrent.CompletableFuture;

/**
 * A future for whose cancelling somebody stops the work behind it, and that nobody shares. If a function returns one, it is cancelled when
 * the caller has cancelled the call or its time is over; any other stage that it returns is left alone, because others may wait for it too, and goes on at any rate. The
 * calls that this project makes return such futures; stages derived of one are ordinary ones. Thread-safe.
 *
 * @param <T> what it is completed with
 */
public final class XyCancellableFuture<T> extends CompletableFuture<T> {

    /** Makes one that is not complete. Whoever does the work behind it sees to it that a cancellation stops that. */
    public XyCancellableFuture() {}
}
