package io.xywebsocket.engine;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The interceptors of one endpoint as one chain. Thread-safe. */
final class Interceptors {

    private final XyJson json;
    private final XyInterceptor all;

    private Interceptors(XyJson json, XyInterceptor all) {
        this.json = json;
        this.all = all;
    }

    /** Returns null if there are none. */
    static @Nullable Interceptors of(List<XyInterceptor> outermostFirst, XyHandlerDecorator decorator, XyJson json) {
        if (outermostFirst.isEmpty()) {
            return null;
        }
        List<XyInterceptor> inwards = List.copyOf(outermostFirst);
        return new Interceptors(
                json, decorator.interceptor((message, chain) -> new Step(inwards, 0, chain).proceed(message)));
    }

    private record Step(List<XyInterceptor> inwards, int index, XyInterceptor.Chain last)
            implements XyInterceptor.Chain {

        @Override
        public @Nullable Object proceed(XyMessage message) throws Exception {
            return index == inwards.size()
                    ? last.proceed(message)
                    : inwards.get(index).intercept(message, new Step(inwards, index + 1, last));
        }
    }

    @Nullable
    Object pass(XyMessage message, XyInterceptor.Chain then) throws Exception {
        return all.intercept(message, then);
    }

    /** Wraps the look-up of functions for calls of peers. */
    XyFunction around(XyFunction lookUp) {
        return (name, payload, peer) -> {
            ThisThread.ResultListener resultListener = ThisThread.resultListener();
            return pass(XyInternals.incoming(XyMessage.Kind.CALL, name, payload, peer, json), message -> {
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
