package io.xywebsocket.engine;

import io.xywebsocket.XyAudience;
import io.xywebsocket.XyCaller;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Events that a contract's proxy sends to an audience; it makes no calls, as those have many answers. */
record AudienceEvents(XyAudience audience) implements XyCaller, XyInternals.EventCounter {

    @Override
    public int sendCounted(String event, @Nullable Object payload) {
        return audience.send(event, payload);
    }

    @Override
    public boolean send(String event, @Nullable Object payload) {
        return audience.send(event, payload) > 0;
    }

    @Override
    public boolean sendLatest(String event, String key, @Nullable Object payload) {
        return audience.sendLatest(event, key, payload) > 0;
    }

    @Override
    public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
        throw manyAnswers(function);
    }

    @Override
    public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
        throw manyAnswers(function);
    }

    private static UnsupportedOperationException manyAnswers(String function) {
        return new UnsupportedOperationException("A call of '" + function
                + "' has many answers here: use audience.call(Contract.class, contract -> contract.method(…))");
    }

    @Override
    public XyCaller withTimeout(Duration timeout) {
        return new AudienceEvents(audience.withTimeout(timeout));
    }
}
