package io.xywebsocket.engine;

import io.xywebsocket.XyInternals;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.protocol.Frame;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An event of a peer: runs its listeners one after the other. */
final class EventEntry extends InboundEntry {

    private final EngineContext context;
    private final XyPeer peer;
    private final EventFailures failures;
    private final Frame.Event event;

    EventEntry(EngineContext context, XyPeer peer, EventFailures failures, Frame.Event event, int bytes) {
        super(false, bytes);
        this.context = context;
        this.peer = peer;
        this.failures = failures;
        this.event = event;
    }

    @Override
    @Nullable
    CompletionStage<?> run() {
        XyPayload payload = XyInternals.payload(event.payload(), context.codec().json);
        Interceptors interceptors = context.interceptors();
        return interceptors == null ? deliver(payload) : intercepted(interceptors, payload);
    }

    private @Nullable CompletionStage<?> deliver(XyPayload payload) {
        return runFrom(context.handlers().listeners(event.name()).iterator(), payload);
    }

    /** Completes with the listeners' stage and the interceptors' stage, even if the latter ignore the former. */
    @SuppressWarnings("NullAway") // which doesn't know type arguments that are nullable
    private @Nullable CompletionStage<?> intercepted(Interceptors interceptors, XyPayload payload) {
        AtomicReference<@Nullable CompletionStage<?>> delivery = new AtomicReference<>();
        CompletionStage<?> interception = null;
        try {
            XyMessage message = XyMessage.of(
                    XyMessage.Direction.IN, XyMessage.Kind.EVENT, event.name(), payload, peer, context.codec().json);
            interception = unfinished(interceptors.all.incomingEvent(message, passed -> {
                CompletionStage<?> unfinished = deliver(passed.payload());
                delivery.set(unfinished);
                return unfinished;
            }));
        } catch (Throwable t) {
            failures.onInterceptorFailure(event.name(), t);
        }
        if (interception == null || interception == delivery.get()) {
            return delivery.get();
        }
        return interception
                .handle((value, error) -> {
                    if (error != null) {
                        failures.onInterceptorFailure(event.name(), error);
                    }
                    return delivery.get();
                })
                .thenCompose(rest -> rest == null ? CompletableFuture.completedStage(null) : rest);
    }

    /** Runs listeners until one returns an incomplete stage; the others run when it completes. */
    private @Nullable CompletionStage<?> runFrom(Iterator<XyListener> listeners, XyPayload payload) {
        while (listeners.hasNext()) {
            CompletionStage<?> unfinished = run(listeners.next(), payload);
            if (listeners.hasNext()) {
                ThisThread.onListenerReturned();
            }
            if (unfinished != null) {
                return unfinished
                        .handle((value, error) -> {
                            logFailure(error);
                            return null;
                        })
                        .thenComposeAsync(value -> rest(listeners, payload), context.tasks()::executeAlways);
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
            return unfinished(listener.handle(event.name(), payload, peer));
        } catch (Throwable t) {
            logFailure(t);
            return null;
        }
    }

    /** Returns the stage if it is incomplete. Throws if it has failed. */
    private static @Nullable CompletionStage<?> unfinished(@Nullable CompletionStage<?> stage) {
        if (stage != null && isDone(stage)) {
            stage.toCompletableFuture().join();
            return null;
        }
        return stage;
    }

    private void logFailure(@Nullable Throwable thrown) {
        if (thrown != null) {
            failures.onListenerFailure(event.name(), thrown);
        }
    }
}
