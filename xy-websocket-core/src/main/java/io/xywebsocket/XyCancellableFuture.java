package io.xywebsocket;

import java.util.concurrent.CompletableFuture;

/**
 * An unshared future whose cancellation stops the work behind it. If a function returns one, it is cancelled when the
 * caller cancels the call or its time is over. Other stages are not, as others may wait for them too. Calls of this
 * project return such futures; stages derived from one are ordinary. Thread-safe.
 *
 * @param <T> the type of the result
 * @since 0.1
 */
public final class XyCancellableFuture<T> extends CompletableFuture<T> {

    /** Creates an incomplete future. Its creator must stop the work on cancellation. */
    public XyCancellableFuture() {}
}
