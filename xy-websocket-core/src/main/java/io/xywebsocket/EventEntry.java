package io.xywebsocket;

import io.xywebsocket.protocol.Frame;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A peer's event on its way to its listeners, one after the other. */
final class EventEntry extends LaneEntry {

    private final Connection connection;
    private final Frame.Event event;

    EventEntry(Connection connection, Frame.Event event, int bytes) {
        super(false, bytes);
        this.connection = connection;
        this.event = event;
    }

    @Override
    @Nullable
    CompletionStage<?> run() {
        XyPayload payload = XyPayload.ofNullable(event.payload(), connection.endpoint.json);
        Interceptors interceptors = connection.endpoint.interceptors;
        return interceptors == null ? deliver(payload) : intercepted(interceptors, payload);
    }

    private @Nullable CompletionStage<?> deliver(XyPayload payload) {
        return runFrom(connection.endpoint.handlers.listeners(event.name()).iterator(), payload);
    }

    /** The event is finished when its interceptors and its listeners are, whatever the former make of the latter's stage. */
    private @Nullable CompletionStage<?> intercepted(Interceptors interceptors, XyPayload payload) {
        AtomicReference<@Nullable CompletionStage<?>> delivery = new AtomicReference<>();
        CompletionStage<?> interception = null;
        try {
            XyMessage message = XyMessage.in(
                    XyMessage.Kind.EVENT, event.name(), payload, connection.peer, connection.endpoint.json);
            Object result = interceptors.pass(message, passed -> {
                CompletionStage<?> unfinished = deliver(passed.payload());
                delivery.set(unfinished);
                return unfinished;
            });
            interception = unfinished(result);
        } catch (Throwable t) {
            connection.failures.ofInterceptor(event.name(), t);
        }
        if (interception == null || interception == delivery.get()) {
            return delivery.get();
        }
        return interception
                .handle((value, error) -> {
                    if (error != null) {
                        connection.failures.ofInterceptor(event.name(), error);
                    }
                    return delivery.get();
                })
                .thenCompose(rest -> rest == null ? CompletableFuture.completedStage(null) : rest);
    }

    @Override
    void refuse() {
        throw new IllegalStateException("events wait");
    }

    /** Runs listeners until one isn't finished when it returns; the others follow when it is. */
    private @Nullable CompletionStage<?> runFrom(Iterator<XyListener> listeners, XyPayload payload) {
        while (listeners.hasNext()) {
            CompletionStage<?> unfinished = run(listeners.next(), payload);
            if (listeners.hasNext()) {
                Burst.listenerReturned();
            }
            if (unfinished != null) {
                return unfinished
                        .handle((value, error) -> {
                            logFailure(error);
                            return null;
                        })
                        .thenComposeAsync(value -> rest(listeners, payload), connection.endpoint::executeAlways);
            }
        }
        return null;
    }

    private CompletionStage<?> rest(Iterator<XyListener> listeners, XyPayload payload) {
        CompletionStage<?> unfinished = runFrom(listeners, payload);
        return unfinished == null ? CompletableFuture.completedStage(null) : unfinished;
    }

    private @Nullable CompletionStage<?> run(XyListener listener, XyPayload payload) {
        try {
            if (!(listener instanceof XyListener.Awaited awaited)) {
                listener.on(event.name(), payload, connection.peer);
                return null;
            }
            return unfinished(awaited.handle(event.name(), payload, connection.peer));
        } catch (Throwable t) {
            logFailure(t);
            return null;
        }
    }

    /** What has to be waited for; throws if it is over and has failed. */
    private static @Nullable CompletionStage<?> unfinished(@Nullable Object result) {
        if (!(result instanceof CompletionStage<?> stage)) {
            return null;
        }
        if (isDone(stage)) {
            stage.toCompletableFuture().join();
            return null;
        }
        return stage;
    }

    private void logFailure(@Nullable Throwable thrown) {
        if (thrown != null) {
            connection.failures.ofListener(event.name(), thrown);
        }
    }
}
