package io.xywebsocket;

import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.OversizedPayloadException;
import io.xywebsocket.transport.Thrown;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A peer's call on its way to a function, and the function's answer. */
class CallEntry extends LaneEntry {

    private final Connection connection;
    private final String name;
    private final @Nullable String id;

    /** Until the function has it: its stage may keep the call for long. */
    private byte @Nullable [] payload;

    /** What the answer is written as; null for what its class says. */
    private @Nullable XyType<?> declared;

    CallEntry(Connection connection, Frame.Call call, int bytes) {
        super(true, bytes);
        this.connection = connection;
        this.name = call.name();
        this.id = call.id();
        this.payload = call.payload();
    }

    @Override
    @Nullable
    CompletionStage<?> run() {
        Object result = null;
        Throwable failure = null;
        CompletionStage<?> unfinished = null;
        try {
            Object returned = invoke();
            if (!(returned instanceof CompletionStage<?> stage)) {
                result = returned;
            } else if (isDone(stage)) {
                result = stage.toCompletableFuture().join();
            } else {
                unfinished = stage;
            }
        } catch (Throwable t) {
            failure = t;
        }
        boolean wanted = leave(unfinished);
        if (unfinished != null) {
            return await(unfinished);
        }
        if (wanted) {
            answer(result, failure, true);
        }
        return null;
    }

    private @Nullable CompletionStage<?> await(CompletionStage<?> unfinished) {
        try {
            return unfinished.handle((value, error) -> settles() ? answer(value, error, false) : null);
        } catch (Throwable t) {
            if (settles()) {
                reject(t, true);
            }
            return null;
        }
    }

    private @Nullable Object invoke() throws Exception {
        XyEndpoint endpoint = endpoint();
        XyFunction function = endpoint.handlers.function(name);
        declared = endpoint.handlers.answer(name, function);
        XyPayload given = XyPayload.ofNullable(payload, endpoint.json);
        payload = null;
        return function.call(name, given, connection.peer);
    }

    /**
     * The handler has returned, or thrown.
     *
     * @param unfinished what it has returned, if the answer comes of that
     * @return whether an answer is wanted still
     */
    boolean leave(@Nullable CompletionStage<?> unfinished) {
        return true;
    }

    /** The handler's stage is complete. Returns whether an answer is wanted still. */
    boolean settles() {
        return true;
    }

    @Override
    boolean mayBlock() {
        return endpoint().slowFunctions.mayBlock(name);
    }

    @Override
    void blocks() {
        endpoint().slowFunctions.blocked(name);
    }

    @Override
    void refuse() {
        connection.refuse(name, id);
    }

    @Override
    void refuseAsTooDeep() {
        connection.refuseAsTooDeep(name, id);
    }

    private @Nullable Void answer(@Nullable Object result, @Nullable Throwable failure, boolean inBurst) {
        if (failure == null) {
            resolve(result, inBurst);
        } else {
            reject(failure, inBurst);
        }
        return null;
    }

    private void resolve(@Nullable Object result, boolean inBurst) {
        JsonBuffer frame;
        try {
            XyEndpoint endpoint = endpoint();
            frame = endpoint.encoder.resolve(
                    name, id(), endpoint.encode(typed(result)), SendQueue.largestAnswer(endpoint.limits));
        } catch (OversizedPayloadException e) {
            reject(new XyException(413, "The answer is too large: " + e.getMessage()), inBurst);
            return;
        } catch (Throwable e) {
            reject(new UnserialisableResult(e), inBurst);
            return;
        }
        connection.answer(frame, inBurst);
    }

    private @Nullable Object typed(@Nullable Object result) {
        return declared == null || result == null || result instanceof XyPayload || result instanceof XyValue
                ? result
                : XyValue.of(result, declared);
    }

    private void reject(Throwable error, boolean inBurst) {
        connection.answer(endpoint().rejection(name, id, error), inBurst);
    }

    final XyEndpoint endpoint() {
        return connection.endpoint;
    }

    final Lane lane() {
        return connection.lane;
    }

    /** The call's id, as JSON. */
    final String id() {
        if (id == null) {
            throw new IllegalStateException("a call without an id is not run");
        }
        return id;
    }

    /** Not an exception of the handler, so no mapper of the application's is to make a 4xx of it. */
    private static final class UnserialisableResult extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnserialisableResult(Throwable cause) {
            super("The result " + Thrown.message(cause), cause);
        }
    }
}
