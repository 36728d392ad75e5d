package io.xywebsocket;

import io.xywebsocket.protocol.Frame;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A peer's event on its way to its listeners, one after the other. */
final class EventEntry extends LaneEntry {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

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
        return runFrom(connection.endpoint().handlers.listeners(event.name()).iterator());
    }

    @Override
    void refuse() {
        throw new IllegalStateException("events wait");
    }

    /** Runs listeners until one isn't finished when it returns; the others follow when it is. */
    private @Nullable CompletionStage<?> runFrom(Iterator<XyListener> listeners) {
        while (listeners.hasNext()) {
            CompletionStage<?> unfinished = run(listeners.next());
            if (unfinished != null) {
                return unfinished
                        .handle((value, error) -> {
                            logFailure(error);
                            return null;
                        })
                        .thenComposeAsync(value -> rest(listeners), connection.endpoint()::executeAlways);
            }
        }
        return null;
    }

    private CompletionStage<?> rest(Iterator<XyListener> listeners) {
        CompletionStage<?> unfinished = runFrom(listeners);
        return unfinished == null ? CompletableFuture.completedStage(null) : unfinished;
    }

    private @Nullable CompletionStage<?> run(XyListener listener) {
        try {
            XyPayload payload = XyPayload.ofNullable(event.payload(), connection.endpoint().json);
            if (!(listener instanceof XyListener.Awaited awaited)) {
                listener.on(event.name(), payload, connection.peer);
                return null;
            }
            Object result = awaited.handle(event.name(), payload, connection.peer);
            if (!(result instanceof CompletionStage<?> stage)) {
                return null;
            }
            if (isDone(stage)) {
                stage.toCompletableFuture().join();
                return null;
            }
            return stage;
        } catch (Throwable t) {
            logFailure(t);
            return null;
        }
    }

    /** An error that is meant for a peer has no trace worth reading; anything else has. */
    private void logFailure(@Nullable Throwable thrown) {
        if (thrown == null) {
            return;
        }
        Throwable error = ErrorAnswers.unwrap(thrown);
        String name = LogText.of(event.name());
        if (error instanceof XyException known) {
            log.warn("A listener of '{}' failed: {} {}", name, known.status(), LogText.of(known.getMessage()));
        } else {
            log.error("A listener of '{}' failed", name, error);
        }
    }
}
