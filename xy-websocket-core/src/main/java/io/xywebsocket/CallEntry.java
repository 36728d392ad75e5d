package io.xywebsocket;

import io.xywebsocket.protocol.Frame;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A peer's call on its way to a function, and the function's answer. */
final class CallEntry extends LaneEntry {

    private final Connection connection;
    private final Frame.Call call;

    CallEntry(Connection connection, Frame.Call call, int bytes) {
        super(true, bytes);
        this.connection = connection;
        this.call = call;
    }

    @Override
    @Nullable
    CompletionStage<?> run() {
        XyEndpoint endpoint = connection.endpoint();
        XyFunction function = endpoint.handlers.function(call.name());
        try {
            XyPayload payload = XyPayload.ofNullable(call.payload(), endpoint.json);
            Object result = function.call(call.name(), payload, connection.peer);
            if (!(result instanceof CompletionStage<?> stage)) {
                resolve(result, true);
            } else if (stage instanceof CompletableFuture<?> done && done.isDone()) {
                resolve(done.join(), true);
            } else {
                return stage.handle((value, error) -> settle(value, error));
            }
        } catch (Throwable t) {
            reject(t, true);
        }
        return null;
    }

    @Override
    boolean mayBlock() {
        return connection.endpoint().slowFunctions.mayBlock(call.name());
    }

    @Override
    void blocks() {
        XyEndpoint endpoint = connection.endpoint();
        if (endpoint.handlers.isRegistered(call.name())) { // not the fallback, for which the peer makes up names
            endpoint.slowFunctions.blocked(call.name());
        }
    }

    @Override
    void refuse() {
        connection.refuse(call);
    }

    private @Nullable Void settle(@Nullable Object value, @Nullable Throwable error) {
        if (error == null) {
            resolve(value, false);
        } else {
            reject(error, false);
        }
        return null;
    }

    private void resolve(@Nullable Object result, boolean inBurst) {
        String frame;
        try {
            XyEndpoint endpoint = connection.endpoint();
            frame = endpoint.encoder.resolve(call.name(), id(), endpoint.encode(result));
        } catch (Throwable e) {
            reject(new UnserialisableResult(e), inBurst);
            return;
        }
        connection.answer(frame, inBurst);
    }

    private void reject(Throwable error, boolean inBurst) {
        XyEndpoint endpoint = connection.endpoint();
        String payload = endpoint.errors.rejection(call.name(), error);
        connection.answer(endpoint.encoder.reject(call.name(), call.id(), payload), inBurst);
    }

    private String id() {
        if (call.id() == null) {
            throw new IllegalStateException("a call without an id is not run");
        }
        return call.id();
    }

    /** Not an exception of the handler, so no mapper of the application's is to make a 4xx of it. */
    private static final class UnserialisableResult extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnserialisableResult(Throwable cause) {
            super("The result " + cause.getMessage(), cause);
        }
    }
}
