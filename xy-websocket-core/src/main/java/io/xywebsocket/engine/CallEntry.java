package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.OversizedPayloadException;
import io.xywebsocket.untrusted.Thrown;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A call of a peer: runs the function and sends its answer. */
class CallEntry extends InboundEntry {

    private final Caller caller;
    private final String name;
    private final @Nullable String id;

    /** See {@link TrafficLog#now}. */
    private final long calledAt;

    /** Null once the function has it, as its stage may keep this entry for long. */
    private byte @Nullable [] payload;

    /** The declared type of the answer; null to use its class. */
    private @Nullable XyType<?> declared;

    CallEntry(Caller caller, Frame.Call call, int bytes) {
        super(true, bytes);
        this.caller = caller;
        this.name = call.name();
        this.id = call.id();
        this.payload = call.payload();
        this.calledAt = TrafficLog.now(caller.context().clock());
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
        boolean wanted = onReturn(unfinished);
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
            return unfinished.handle((value, error) -> onStageComplete() ? answer(value, error, false) : null);
        } catch (Throwable t) {
            if (onStageComplete()) {
                reject(t, true);
            }
            return null;
        }
    }

    private @Nullable Object invoke() throws Exception {
        EngineContext context = context();
        XyFunction function = context.handlers().function(name);
        declared = context.handlers().answer(name, function);
        XyPayload given = XyInternals.payload(payload, context.codec().json);
        payload = null;
        return function.call(name, given, caller.peer());
    }

    /**
     * The handler has returned or thrown.
     *
     * @param unfinished the stage that will complete with the answer, if there is one
     * @return whether an answer is still wanted
     */
    boolean onReturn(@Nullable CompletionStage<?> unfinished) {
        return true;
    }

    /** The handler's stage has completed. Returns whether an answer is still wanted. */
    boolean onStageComplete() {
        return true;
    }

    @Override
    boolean mayBlock() {
        return context().slowFunctions().mayBlock(name);
    }

    @Override
    void onBlocked() {
        context().slowFunctions().blocked(name);
    }

    @Override
    void refuse() {
        caller.refuse(name, id, calledAt);
    }

    @Override
    void refuseAsTooDeep() {
        caller.refuseAsTooDeep(name, id, calledAt);
    }

    private @Nullable Void answer(@Nullable Object result, @Nullable Throwable failure, boolean inDrainRun) {
        if (failure == null) {
            resolve(result, inDrainRun);
        } else {
            reject(failure, inDrainRun);
        }
        return null;
    }

    private void resolve(@Nullable Object result, boolean inDrainRun) {
        JsonBuffer frame;
        try {
            EngineContext context = context();
            frame = context.codec()
                    .encoder
                    .resolve(
                            name,
                            id(),
                            context.codec().encode(declared == null ? result : XyInternals.typed(result, declared)),
                            SendQueue.largestAnswer(context.limits()));
        } catch (OversizedPayloadException e) {
            reject(new XyException(413, "The answer is too large: " + e.getMessage()), inDrainRun);
            return;
        } catch (Throwable e) {
            reject(new UnserialisableResult(e), inDrainRun);
            return;
        }
        TrafficLog.Label label = TrafficLog.answer(name, id(), calledAt);
        caller.answer(EncodedFrame.of(frame, EncodedFrame.Kind.ANSWER, label), inDrainRun);
    }

    private void reject(Throwable error, boolean inDrainRun) {
        caller.answer(context().codec().rejection(name, id, error, EncodedFrame.Kind.ANSWER, calledAt), inDrainRun);
    }

    final EngineContext context() {
        return caller.context();
    }

    final void letCallsPass() {
        caller.letCallsPass(this);
    }

    /** Returns the call's id as JSON. */
    final String id() {
        if (id == null) {
            throw new IllegalStateException("a call without an id is not run");
        }
        return id;
    }

    /** Bypasses the application's error mappers, which could turn it into a 4xx status. */
    private static final class UnserialisableResult extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnserialisableResult(Throwable cause) {
            super("The result " + Thrown.message(cause), cause);
        }
    }
}
