package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.untrusted.Thrown;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/** Makes of what a handler method returned what the engine understands. Thread-safe. */
@FunctionalInterface
interface Result {

    /**
     * A value, null, a stage, or the missing payload; of a listener only the stage matters.
     *
     * @param peer who waits for it
     */
    @Nullable
    Object of(@Nullable Object returned, XyPeer peer);

    /** How the results of a handler are to be treated, told by its declared return type. */
    static Result of(HandlerMethod handler, AnswerBounds bounds) {
        ResolvableType type = ResolvableType.forMethodReturnType(handler.method(), handler.beanType());
        Class<?> raw = type.resolve(Object.class);
        boolean valued = handler.isFunction();
        if (isNothing(raw)) {
            return valued ? (returned, peer) -> XyPayload.none() : (returned, peer) -> null;
        } else if (CompletionStage.class.isAssignableFrom(raw)) {
            boolean empty =
                    isNothing(type.as(CompletionStage.class).getGeneric(0).resolve(Object.class));
            return valued && empty ? (returned, peer) -> withoutValue(returned) : (returned, peer) -> returned;
        }
        Result reactive = ReactiveResult.of(type, valued, bounds);
        return reactive != null ? reactive : (returned, peer) -> returned;
    }

    /** Whether a type has no values that anybody wants, Kotlin's {@code Unit} included. */
    static boolean isNothing(Class<?> type) {
        return type == void.class || type == Void.class || type.getName().equals("kotlin.Unit");
    }

    private static Object withoutValue(@Nullable Object returned) {
        if (returned == null) {
            return XyPayload.none();
        }
        CompletionStage<?> stage = (CompletionStage<?>) returned;
        if (!(stage instanceof XyCancellableFuture<?> own)) {
            return stage.handle((nothing, error) -> {
                if (error != null) {
                    throw new CompletionException(
                            null, error); // unlike one without a message it doesn't ask for its text
                }
                return XyPayload.none();
            });
        }
        XyCancellableFuture<XyPayload> answer = new XyCancellableFuture<>();
        own.whenComplete((nothing, error) -> {
            if (error == null) {
                answer.complete(XyPayload.none());
            } else {
                answer.completeExceptionally(Thrown.forFuture(error));
            }
        });
        answer.whenComplete((nothing, error) -> own.cancel(true)); // which is meant for what the method does
        return answer;
    }
}
