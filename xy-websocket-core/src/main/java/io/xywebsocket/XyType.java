package io.xywebsocket;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A Java type with its type arguments, for results and payloads that a {@link Class} can't name:
 * {@code new XyType<List<Order>>() {}}. Immutable.
 *
 * @param <T> the type
 */
public abstract class XyType<T> {

    private final Type type;

    /** Captures {@code T} from the anonymous subclass. */
    protected XyType() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType captured)) {
            throw new IllegalStateException("XyType needs its type argument: new XyType<List<Order>>() {}");
        }
        this.type = captured.getActualTypeArguments()[0];
    }

    private XyType(Type type) {
        this.type = type;
    }

    /** The type of a class. */
    public static <T> XyType<T> of(Class<T> type) {
        return new Known<>(type);
    }

    /** A type known by reflection only. */
    public static XyType<?> of(Type type) {
        return new Known<>(type);
    }

    /** The captured type. */
    public final Type type() {
        return type;
    }

    /**
     * This type, if a payload may be of it: not a stream, a request, or something else that is never in JSON.
     *
     * @throws IllegalArgumentException if none can; says what to take instead
     */
    public final XyType<T> ofPayload() {
        String misfit = UnbindableTypes.misfit(type);
        if (misfit != null) {
            throw new IllegalArgumentException(misfit);
        }
        return this;
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }

    private static final class Known<T> extends XyType<T> {
        Known(Type type) {
            super(type);
        }
    }
}
