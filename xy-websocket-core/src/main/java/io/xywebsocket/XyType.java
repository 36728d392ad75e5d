package io.xywebsocket;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Java type with its type arguments, for results and payloads that a {@link Class} can't describe: {@code new
 * XyType<List<Order>>() {}}. Immutable.
 *
 * @param <T> the type
 * @since 0.1
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

    /** Returns the type of a class. */
    public static <T> XyType<T> of(Class<T> type) {
        return new Known<>(type, null);
    }

    /** Returns a type known only by reflection. */
    public static XyType<?> of(Type type) {
        return new Known<>(type, null);
    }

    /** Returns the captured type. */
    public final Type type() {
        return type;
    }

    /**
     * Returns this type if a payload may have it; streams, requests and the like are never in JSON.
     *
     * @throws IllegalArgumentException if no payload can; the message names an alternative
     */
    public final XyType<T> ofPayload() {
        String misfit = UnbindableTypes.misfit(type);
        if (misfit != null) {
            throw new IllegalArgumentException(misfit);
        }
        return this;
    }

    /**
     * Returns the type with a view, as with Jackson's {@code @JsonView}: properties outside of it are neither written
     * nor read.
     *
     * @param newView replaces the type's view
     */
    public final XyType<T> withView(Class<?> newView) {
        return new Known<>(type, newView);
    }

    /** Returns the view in which values are written and read; null for none. */
    public final @Nullable Class<?> view() {
        return view;
    }

    /**
     * Returns a value that is written as this type instead of its class, which doesn't know the type arguments of a
     * list or a record: {@code broadcaster.broadcast("shapes", new XyType<List<Shape>>() {}.value(shapes))} keeps the
     * type ids of the shapes.
     */
    public final XyValue value(@Nullable T value) {
        return XyValue.of(value, this);
    }

    /** Returns the mapper that writes and reads its values. */
    final XyJson in(XyJson json) {
        return view == null ? json : json.withView(view);
    }

    /** Returns whether it says more about a value than the value's class. */
    final boolean saysMoreThanAClass() {
        return !(type instanceof Class<?>) && saysMore(type);
    }

    /** Skips classes of the JDK, which are written the same way by either type. */
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
