package io.xywebsocket.test;

import io.xywebsocket.XyException;
import io.xywebsocket.XyPayload;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A call of the application's that a peer has received. The test answers it, once, or leaves it unanswered; the application may cancel
 * it. Thread-safe.
 *
 * @param <T> the payload
 * @since 0.1
 */
public final class XyTestCall<T> {

    private final FarEnd peer;
    private final Received received;
    private final T payload;
    private final Duration patience;
    private final AtomicBoolean answered = new AtomicBoolean();

    XyTestCall(FarEnd peer, Received received, T payload, Duration patience) {
        this.patience = patience;
        this.peer = peer;
        this.received = received;
        this.payload = payload;
    }

    /** The function's name. */
    public String name() {
        return received.name();
    }

    /** The payload; null if there was none. */
    public T payload() {
        return payload;
    }

    /** Answers without a payload, as a JavaScript function that returns nothing. */
    public void resolve() {
        resolve(XyPayload.none());
    }

    /**
     * Answers.
     *
     * @param value anything that can be serialised
     * @throws IllegalStateException if it has been answered
     */
    public void resolve(@Nullable Object value) {
        beAnswered();
        peer.resolve(received, value);
    }

    /** Rejects the call, see {@link #reject(XyException)}. */
    public void reject(int status, String message) {
        reject(new XyException(status, message));
    }

    /**
     * Rejects the call.
     *
     * @param rejection its status, message and details are sent
     * @throws IllegalStateException if it has been answered
     */
    public void reject(XyException rejection) {
        beAnswered();
        peer.reject(received, rejection);
    }

    /**
     * Waits until the application has cancelled the call: by its future, by an interrupt of the thread that awaits it, or because the
     * caller of the handler that made it has cancelled that. A call whose timeout is over is not cancelled.
     *
     * @throws AssertionError if that doesn't come within the peer's patience
     */
    public void awaitCancel() {
        peer.awaitCancel(received, patience);
    }

    private void beAnswered() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("This call of '" + name() + "' has been answered");
        }
    }

    @Override
    public String toString() {
        return received.shown();
    }
}
