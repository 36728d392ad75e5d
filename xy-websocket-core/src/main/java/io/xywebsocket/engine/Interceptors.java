package io.xywebsocket.engine;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPayload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The interceptors of one endpoint as one chain. Thread-safe. */
final class Interceptors {

    /** All interceptors as one. */
    final XyInterceptor all;

    private final XyJson json;

    private Interceptors(XyJson json, XyInterceptor all) {
        this.json = json;
        this.all = all;
    }

    /**
     * Returns null if there are no interceptors but those of decorators.
     *
     * @param interceptors the first one is outermost
     * @param decorators   whose interceptors go before these; the first one's is outermost
     */
    static @Nullable Interceptors of(
            List<XyInterceptor> interceptors, List<XyHandlerDecorator> decorators, XyJson json) {
        if (interceptors.isEmpty()) {
            return null;
        }
        List<XyInterceptor> inwards = new ArrayList<>();
        for (XyHandlerDecorator decorator : decorators) {
            XyInterceptor first = decorator.interceptor();
            if (first != null) {
                inwards.add(first);
            }
        }
        inwards.addAll(interceptors);
        return new Interceptors(json, new Combined(List.copyOf(inwards)));
    }

    /** One of the four methods of an interceptor. */
    @FunctionalInterface
    private interface Method<R extends @Nullable Object> {
        R call(XyInterceptor interceptor, XyMessage message, XyInterceptor.Chain<R> chain) throws Exception;
    }

    /** One method of several interceptors, the first one outermost. */
    private record Line<R extends @Nullable Object>(List<XyInterceptor> inwards, Method<R> method) {

        R pass(int from, XyMessage message, XyInterceptor.Chain<R> last) throws Exception {
            int next = from + 1;
            return method.call(
                    inwards.get(from), message, next == inwards.size() ? last : new Step<>(this, next, last));
        }
    }

    private record Step<R extends @Nullable Object>(Line<R> line, int index, XyInterceptor.Chain<R> last)
            implements XyInterceptor.Chain<R> {

        @Override
        public R proceed(XyMessage message) throws Exception {
            return line.pass(index, message, last);
        }
    }

    /** At least one interceptor. */
    private static final class Combined implements XyInterceptor {

        private final Line<@Nullable Object> incomingCalls;
        private final Line<CompletionStage<XyPayload>> outgoingCalls;
        private final Line<@Nullable CompletionStage<?>> incomingEvents;
        private final Line<Boolean> outgoingEvents;

        @SuppressWarnings("NullAway") // which doesn't know type arguments that are nullable
        Combined(List<XyInterceptor> inwards) {
            incomingCalls = new Line<>(inwards, XyInterceptor::incomingCall);
            outgoingCalls = new Line<>(inwards, Combined::outgoingCall);
            incomingEvents = new Line<>(inwards, XyInterceptor::incomingEvent);
            outgoingEvents = new Line<>(inwards, XyInterceptor::outgoingEvent);
        }

        /** What doesn't answer is named, as the next one can't tell. */
        @SuppressWarnings("ConstantValue") // applications may return null
        private static CompletionStage<XyPayload> outgoingCall(
                XyInterceptor interceptor, XyMessage call, Chain<CompletionStage<XyPayload>> chain) throws Exception {
            CompletionStage<XyPayload> answer = interceptor.outgoingCall(call, chain);
            if (answer == null) {
                throw new IllegalStateException(interceptor.getClass().getName()
                        + ".outgoingCall returned null; an answer without a value is a stage of call.answer(null)");
            }
            return answer;
        }

        @Override
        public @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
            return incomingCalls.pass(0, call, chain);
        }

        @Override
        public CompletionStage<XyPayload> outgoingCall(XyMessage call, Chain<CompletionStage<XyPayload>> chain)
                throws Exception {
            return outgoingCalls.pass(0, call, chain);
        }

        @Override
        public @Nullable CompletionStage<?> incomingEvent(XyMessage event, Chain<@Nullable CompletionStage<?>> chain)
                throws Exception {
            return incomingEvents.pass(0, event, chain);
        }

        @Override
        public boolean outgoingEvent(XyMessage event, Chain<Boolean> chain) throws Exception {
            return outgoingEvents.pass(0, event, chain);
        }
    }

    /** Wraps the look-up of functions for calls of peers. */
    @SuppressWarnings("NullAway") // which doesn't know type arguments that are nullable
    XyFunction around(XyFunction lookUp) {
        return (name, payload, peer) -> {
            ThisThread.ResultListener resultListener = ThisThread.resultListener();
            XyMessage call = XyMessage.of(XyMessage.Direction.IN, XyMessage.Kind.CALL, name, payload, peer, json);
            return all.incomingCall(call, message -> {
                // a copy, as interceptors may read theirs again
                Object result = lookUp.call(name, XyInternals.copy(message.payload()), peer);
                if (resultListener != null) {
                    resultListener.onResult(result); // a derived stage can't be cancelled
                }
                return result;
            });
        };
    }
}
