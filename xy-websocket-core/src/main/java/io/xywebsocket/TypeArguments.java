package io.xywebsocket;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Resolves type variables of the superinterfaces of an interface. */
final class TypeArguments {

    private final Map<TypeVariable<?>, Type> known = new HashMap<>();

    private TypeArguments() {}

    static TypeArguments of(Class<?> type) {
        TypeArguments arguments = new TypeArguments();
        arguments.learn(type);
        return arguments;
    }

    private void learn(Class<?> type) {
        for (Type parent : type.getGenericInterfaces()) {
            if (parent instanceof ParameterizedType typed) {
                TypeVariable<?>[] variables = ((Class<?>) typed.getRawType()).getTypeParameters();
                for (int i = 0; i < variables.length; i++) {
                    known.put(variables[i], resolve(typed.getActualTypeArguments()[i]));
                }
            }
        }
        for (Class<?> parent : type.getInterfaces()) {
            learn(parent);
        }
    }

    /** Replaces known type variables in a type. */
    Type resolve(Type type) {
        if (type instanceof TypeVariable<?> variable) {
            return known.getOrDefault(variable, variable);
        } else if (!isOpen(type)) {
            return type;
        } else if (type instanceof ParameterizedType typed) {
            List<Type> arguments =
                    Stream.of(typed.getActualTypeArguments()).map(this::resolve).toList();
            return new Parameterized((Class<?>) typed.getRawType(), arguments, typed.getOwnerType());
        } else if (type instanceof GenericArrayType array) {
            return new GenericArray(resolve(array.getGenericComponentType()));
        }
        // values of "? extends T" are read as T
        return type instanceof WildcardType wildcard ? resolve(wildcard.getUpperBounds()[0]) : type;
    }

    /** Returns whether a type contains a variable. */
    static boolean isOpen(Type type) {
        if (type instanceof ParameterizedType typed) {
            return Arrays.stream(typed.getActualTypeArguments()).anyMatch(TypeArguments::isOpen);
        } else if (type instanceof GenericArrayType array) {
            return isOpen(array.getGenericComponentType());
        } else if (type instanceof WildcardType wildcard) {
            return Arrays.stream(wildcard.getUpperBounds()).anyMatch(TypeArguments::isOpen);
        }
        return type instanceof TypeVariable<?>;
    }

    // records, as readers are cached by type

    private record Parameterized(Class<?> raw, List<Type> arguments, @Nullable Type owner)
            implements ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return arguments.toArray(Type[]::new);
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return owner;
        }
    }

    private record GenericArray(Type component) implements GenericArrayType {
        @Override
        public Type getGenericComponentType() {
            return component;
        }
    }
}
