package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyBindingException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import org.jspecify.annotations.Nullable;

/**
 * A value out of the payload.
 *
 * @param type      what to read
 * @param parameter what to do without a value
 * @param member    the member of the payload that holds the value; null if the payload is the value
 */
record PayloadArgument(XyType<?> type, HandlerParameter parameter, @Nullable String member) implements Argument {

    /** @param view in which it is read; null for none */
    static Argument whole(HandlerParameter parameter, @Nullable Class<?> view) {
        return new PayloadArgument(type(parameter, view), parameter, null);
    }

    /** @param view in which it is read; null for none */
    static Argument member(HandlerParameter parameter, String name, @Nullable Class<?> view) {
        return new PayloadArgument(type(parameter, view), parameter, name);
    }

    private static XyType<?> type(HandlerParameter parameter, @Nullable Class<?> view) {
        XyType<?> type = XyType.of(parameter.type());
        return view == null ? type : type.withView(view);
    }

    @Override
    public @Nullable Object resolve(Call call) {
        XyPayload value = member == null ? call.payload() : call.member(member);
        if (value.isPresent()) {
            return read(value);
        } else if (parameter.required()) {
            throw new XyException(400, member == null ? "Missing payload" : "Missing value '" + member + "'");
        }
        return parameter.defaulted() ? LEFT_OUT : null;
    }

    private @Nullable Object read(XyPayload value) {
        Object read = bind(value);
        if (read == null && parameter.refusesNull()) {
            String where = member == null ? "Invalid payload" : "Invalid value at '" + member + "'";
            throw new XyException(400, where + ": must not be null");
        }
        return read;
    }

    private @Nullable Object bind(XyPayload value) {
        // a mapper may make 0 of null; for us a primitive has no null
        if (type.type() instanceof Class<?> raw && raw.isPrimitive() && value.isNull()) {
            throw rejection(new XyBindingException("", raw, null));
        }
        try {
            return value.as(type);
        } catch (XyException e) {
            throw e.getCause() instanceof XyBindingException misfit ? rejection(misfit) : e;
        }
    }

    private XyException rejection(XyBindingException misfit) {
        XyBindingException seen = member == null ? misfit : misfit.within(member);
        return new XyException(400, String.valueOf(seen.getMessage()), seen);
    }
}
