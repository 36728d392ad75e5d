package io.xywebsocket.spring.handlers;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import org.springframework.core.ResolvableType;

/** Types without type variables: a JSON library sees only the type, not the class in which its variables mean something. */
final class ConcreteType {

    /** A variable's bound may name the variable itself. */
    private static final int MAX_DEPTH = 6;

    private ConcreteType() {}

    static Type of(ResolvableType type) {
        return of(type, 0);
    }

    private static Type of(ResolvableType type, int depth) {
        if (!hasVariables(type.getType())) {
            return type.getType();
        }
        Class<?> raw = type.resolve(Object.class);
        if (type.isArray() && depth < MAX_DEPTH) {
            Type component = of(type.getComponentType(), depth + 1);
            return component instanceof Class<?> known ? known.arrayType() : new GenericArray(component);
        } else if (!type.hasGenerics() || depth == MAX_DEPTH) {
            return raw;
        }
        ResolvableType[] generics = Arrays.stream(type.getGenerics())
                .map(generic -> ResolvableType.forType(of(generic, depth + 1)))
                .toArray(ResolvableType[]::new);
        return ResolvableType.forClassWithGenerics(raw, generics).getType();
    }

    /** A record: readers and writers are remembered by type. */
    private record GenericArray(Type component) implements GenericArrayType {
        @Override
        public Type getGenericComponentType() {
            return component;
        }
    }

    private static boolean hasVariables(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            return Arrays.stream(parameterized.getActualTypeArguments()).anyMatch(ConcreteType::hasVariables);
        } else if (type instanceof WildcardType wildcard) {
            return Arrays.stream(wildcard.getUpperBounds()).anyMatch(ConcreteType::hasVariables)
                    || Arrays.stream(wildcard.getLowerBounds()).anyMatch(ConcreteType::hasVariables);
        } else if (type instanceof GenericArrayType array) {
            return hasVariables(array.getGenericComponentType());
        }
        return type instanceof TypeVariable<?>;
    }
}
