package io.xywebsocket.engine;

import io.xywebsocket.XyCaller;
import io.xywebsocket.XyException;
import io.xywebsocket.XyType;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The call that a contract's method makes, to be made to many. */
record RecordedCall(String function, @Nullable Object payload, XyType<?> type) {

    /** The status of a contract's method whose result can't be null. */
    private static final int NO_VALUE = 502;

    /** @throws IllegalArgumentException if the action doesn't call exactly one function, which returns its answer */
    static <C, T> RecordedCall of(Class<C> contract, Function<C, T> action) {
        Recorder recorder = new Recorder();
        try {
            if (action.apply(recorder.proxy(contract)) instanceof Optional) {
                throw misuse(contract, "returns an Optional: the value of an outcome may be null instead");
            }
        } catch (XyException e) {
            if (e.status() != NO_VALUE || recorder.recorded == null) {
                throw e;
            }
        }
        if (recorder.recorded == null) {
            throw misuse(contract, "was not called");
        }
        return Objects.requireNonNull(recorder.recorded);
    }

    private static IllegalArgumentException misuse(Class<?> contract, String what) {
        return new IllegalArgumentException("A method with @XyRpc of " + contract.getName() + " " + what);
    }

    private static final class Recorder implements XyCaller {

        private @Nullable RecordedCall recorded;

        @Override
        @SuppressWarnings("NullAway") // the result is not used
        public <T> T await(String function, @Nullable Object payload, XyType<T> type) {
            if (recorded != null) {
                throw new IllegalArgumentException(
                        "One function is called, not '" + recorded.function + "' and '" + function + "'");
            }
            recorded = new RecordedCall(function, payload, type);
            return null;
        }

        @Override
        public <T> CompletableFuture<T> call(String function, @Nullable Object payload, XyType<T> type) {
            throw new IllegalArgumentException(
                    "'" + function + "' returns a future: use audience.call(\"" + function + "\", payload, type)");
        }

        @Override
        public boolean send(String event, @Nullable Object payload) {
            throw new IllegalArgumentException("'" + event + "' is an event: use audience.proxy(Contract.class)");
        }

        @Override
        public XyCaller withTimeout(Duration timeout) {
            return this;
        }
    }
}
