package io.xywebsocket;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Java type with its type arguments, for results and payloads that a {@link Class} can't name:
 * {@code new XyType<List<Order>>() {}}. Immutable.
 *
 * @param <T> the type
 */
public abstract class XyType<T> {

    private final Type type;
    private final @Nullable Class<?> view;

    /** Captures {@code T} from the anonymous subclass. */
    protected XyType() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType captured)) {
            throw new IllegalStateException("XyType needs its type argument: new XyType<List<Order>>() {}");
        }
        this.type = captured.getActualTypeArguments()[0];
        this.view = null;
    }

    private XyType(Type type, @Nullable Class<?> view) {
        this.type = type;
        this.view = view;
    }

    /** The type of a class. */
    public static <T> XyType<T> of(Class<T> type) {
        return new Known<>(type, null);
    }

    /** A type known by reflection only. */
    public static XyType<?> of(Type type) {
        return new Known<>(type, null);
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

    /**
     * The type in a view, as Jackson's {@code @JsonView} has them: what isn't in it is neither written nor read.
     *
     * @param newView takes the place of the one that the type has
     */
    public final XyType<T> withView(Class<?> newView) {
        return new Known<>(type, newView);
    }

    /** The view in which its values are written and read; null for none. */
    public final @Nullable Class<?> view() {
        return view;
    }

    /**
     * A value that is written as this type and not as its class says, which doesn't know what a list or a generic record holds:
     * {@code broadcaster.broadcast("shapes", new XyType<List<Shape>>() {}.value(shapes))} keeps the type ids of the shapes.
     */
    public final XyValue value(@Nullable T value) {
        return XyValue.of(value, this);
    }

    /** What writes and reads its values. */
    final XyJson in(XyJson json) {
        return view == null ? json : json.withView(view);
    }

    /** Whether it can say more of a value than that's class. */
    final boolean saysMoreThanAClass() {
        return !(type instanceof Class<?>) && saysMore(type);
    }

    /** The JDK's own classes are written the same way, be they declared or found. */
    private static boolean saysMore(Type type) {
        if (type instanceof Class<?> known) {
            return known.isArray()
                    ? saysMore(known.getComponentType())
                    : !known.isPrimitive() && !known.getName().startsWith("java.");
        } else if (type instanceof ParameterizedType typed) {
            return saysMore(typed.getRawType())
                    || Stream.of(typed.getActualTypeArguments()).anyMatch(XyType::saysMore);
        } else if (type instanceof GenericArrayType array) {
            return saysMore(array.getGenericComponentType());
        } else if (type instanceof WildcardType wildcard) {
            return saysMore(wildcard.getUpperBounds()[0]);
        }
        return type instanceof TypeVariable<?> variable && variable.getBounds()[0] != Object.class;
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }

    private static final class Known<T> extends XyType<T> {
        Known(Type type, @Nullable Class<?> view) {
            super(type, view);
        }
    }
}
