package io.xywebsocket.engine;

import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPayload;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Interceptors as lambdas. */
public final class Intercept {

    private Intercept() {}

    /** What is done with a message of one kind. */
    @FunctionalInterface
    public interface One<R extends @Nullable Object> {
        R intercept(XyMessage message, XyInterceptor.Chain<R> chain) throws Exception;
    }

    /** What is done with every message: a result that isn't what the message needs means none. */
    @FunctionalInterface
    public interface Any {
        @Nullable
        Object intercept(XyMessage message, XyInterceptor.Chain<?> chain) throws Exception;
    }

    public static XyInterceptor incomingCalls(One<@Nullable Object> one) {
        return new XyInterceptor() {
            @Override
            public @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
                return one.intercept(call, chain);
            }
        };
    }

    public static XyInterceptor outgoingCalls(One<CompletionStage<XyPayload>> one) {
        return new XyInterceptor() {
            @Override
            public CompletionStage<XyPayload> outgoingCall(XyMessage call, Chain<CompletionStage<XyPayload>> chain)
                    throws Exception {
                return one.intercept(call, chain);
            }
        };
    }

    public static XyInterceptor incomingEvents(One<@Nullable CompletionStage<?>> one) {
        return new XyInterceptor() {
            @Override
            public @Nullable CompletionStage<?> incomingEvent(
                    XyMessage event, Chain<@Nullable CompletionStage<?>> chain) throws Exception {
                return one.intercept(event, chain);
            }
        };
    }

    public static XyInterceptor outgoingEvents(One<Boolean> one) {
        return new XyInterceptor() {
            @Override
            public boolean outgoingEvent(XyMessage event, Chain<Boolean> chain) throws Exception {
                return one.intercept(event, chain);
            }
        };
    }

    public static XyInterceptor all(Any any) {
        return new XyInterceptor() {
            @Override
            public @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
                return any.intercept(call, chain);
            }

            @Override
            @SuppressWarnings("unchecked")
            public CompletionStage<XyPayload> outgoingCall(XyMessage call, Chain<CompletionStage<XyPayload>> chain)
                    throws Exception {
                Object result = any.intercept(call, chain);
                return result instanceof CompletionStage<?> stage
                        ? (CompletionStage<XyPayload>) stage
                        : CompletableFuture.completedFuture(call.answer(result));
            }

            @Override
            public @Nullable CompletionStage<?> incomingEvent(
                    XyMessage event, Chain<@Nullable CompletionStage<?>> chain) throws Exception {
                return any.intercept(event, chain) instanceof CompletionStage<?> stage ? stage : null;
            }

            @Override
            public boolean outgoingEvent(XyMessage event, Chain<Boolean> chain) throws Exception {
                return Boolean.TRUE.equals(any.intercept(event, chain));
            }
        };
    }
}
