package io.xywebsocket;

import io.xywebsocket.untrusted.LogText;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON that doesn't fit the Java type it was read as. The message is safe to show to a peer: it has the path and the
 * expected kind of JSON, and neither class names nor values. The cause may quote the payload; this project leaves it
 * out of logs.
 *
 * @since 0.1
 */
public class XyBindingException extends RuntimeException implements LogText.Quoting {

    private static final long serialVersionUID = 1L;

    private final String path;
    private final @Nullable Class<?> target;

    /**
     * @param path   where, as in {@code items[2].price}; empty for the value itself
     * @param target the Java type of that place, named in the message as a kind of JSON; null if it is not known
     * @param cause  what the JSON library threw
     */
    public XyBindingException(String path, @Nullable Class<?> target, @Nullable Throwable cause) {
        super(describe(path, target), cause);
        this.path = path;
        this.target = target;
    }

    /** Where, as in {@code items[2].price}; empty for the value itself. */
    public String path() {
        return path;
    }

    /** The same failure seen from an enclosing object, in which the value is the member {@code name}. */
    public XyBindingException within(String name) {
        String outer = path.isEmpty() || path.startsWith("[") ? name + path : name + "." + path;
        return new XyBindingException(outer, target, getCause());
    }

    private static String describe(String path, @Nullable Class<?> target) {
        String where = path.isEmpty() ? "Invalid payload" : "Invalid value at '" + path + "'";
        String expected = target == null ? null : kind(target);
        return expected == null ? where : where + ": expected " + expected;
    }

    private static @Nullable String kind(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if ((type.isPrimitive() && type != char.class) || Number.class.isAssignableFrom(type)) {
            return "a number";
        } else if (CharSequence.class.isAssignableFrom(type) || type == char.class) {
            return "a text";
        } else if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "an array";
        }
        return type.isRecord() || Map.class.isAssignableFrom(type) ? "an object" : null;
    }
}
