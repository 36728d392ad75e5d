package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.untrusted.Thrown;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A handler method, ready to be run: all that reflection has to say was asked before. Thread-safe as far as the bean is. */
final class Invocation {

    private final HandlerTarget target;
    private final Argument[] arguments;
    private final @Nullable HandlerValidation validation;
    private final Result result;
    private final boolean takesPayloadItself;
    private volatile @Nullable KotlinMethod lastWithDefaults;

    Invocation(
            HandlerTarget target,
            List<Argument> arguments,
            @Nullable HandlerValidation validation,
            Result result,
            boolean takesPayloadItself) {
        this.takesPayloadItself = takesPayloadItself;
        this.target = target;
        this.arguments = arguments.toArray(Argument[]::new);
        this.validation = validation;
        this.result = result;
    }

    /** @throws Exception what the method threw, itself */
    @Nullable
    Object run(XyPayload payload, XyPeer peer) throws Exception {
        return run(values(payload, peer), peer);
    }

    /** The same for a payload that nobody else wants to read: its text is let go, unless the method has asked for it. */
    @Nullable
    Object runLast(XyPayload payload, XyPeer peer) throws Exception {
        @Nullable Object[] values = values(payload, peer);
        if (!takesPayloadItself) {
            payload.release();
        }
        return run(values, peer);
    }

    private @Nullable Object[] values(XyPayload payload, XyPeer peer) {
        Call call = new Call(payload, peer);
        @Nullable Object[] values = new @Nullable Object[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments[i].resolve(call);
        }
        return values;
    }

    private @Nullable Object run(@Nullable Object[] values, XyPeer peer) throws Exception {
        HandlerTarget.Invocable invocable = target.fetch();
        if (validation != null) {
            validation.check(invocable.bean(), values);
        }
        try {
            return result.of(invoke(invocable, values), peer);
        } catch (InvocationTargetException e) {
            throw original(e);
        }
    }

    private @Nullable Object invoke(HandlerTarget.Invocable invocable, @Nullable Object[] values)
            throws ReflectiveOperationException {
        return Argument.anyLeftOut(values)
                ? withDefaults(invocable.method()).call(invocable.bean(), values)
                : invocable.method().invoke(invocable.bean(), values);
    }

    private KotlinMethod withDefaults(Method method) {
        KotlinMethod last = lastWithDefaults;
        if (last == null || !last.is(method)) {
            last = Objects.requireNonNull(KotlinMethod.of(method), "what has defaults is a Kotlin function");
            lastWithDefaults = last;
        }
        return last;
    }

    /** Proxies wrap checked exceptions that the method doesn't declare once more. */
    private static Exception original(InvocationTargetException e) {
        Throwable thrown = e.getTargetException();
        Throwable undeclared = thrown instanceof UndeclaredThrowableException ? Thrown.cause(thrown) : null;
        if (undeclared != null) {
            thrown = undeclared;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof Exception exception ? exception : e;
    }
}
