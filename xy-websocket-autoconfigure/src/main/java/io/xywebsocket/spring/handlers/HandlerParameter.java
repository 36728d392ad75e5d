package io.xywebsocket.spring.handlers;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedMethod;

/**
 * A parameter of a handler method.
 *
 * @param source   with its annotations, those that an interface's method gives it included
 * @param type     what to read; of an {@code Optional}, what it holds; type variables resolved for the bean's class
 * @param optional whether it is an {@code Optional}
 * @param nullable whether it takes null for a missing value
 */
record HandlerParameter(MethodParameter source, Type type, boolean optional, boolean nullable) {

    static List<HandlerParameter> of(Method method, Class<?> beanType) {
        DefaultParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();
        List<HandlerParameter> parameters = new ArrayList<>();
        for (MethodParameter source : new AnnotatedMethod(method).getMethodParameters()) {
            source.initParameterNameDiscovery(names);
            ResolvableType type = ResolvableType.forMethodParameter(method, source.getParameterIndex(), beanType);
            boolean optional = source.getParameterType() == Optional.class;
            Type read = ConcreteType.of(optional ? type.getGeneric(0) : type);
            parameters.add(new HandlerParameter(source, read, optional, isNullable(source)));
        }
        return parameters;
    }

    Class<?> rawType() {
        return ResolvableType.forType(type).resolve(Object.class);
    }

    boolean required() {
        return !optional && !nullable;
    }

    /** Null if the class was compiled without the names of parameters. */
    @Nullable
    String name() {
        return source.getParameterName();
    }

    /** Any annotation named Nullable counts, wherever it stands; Spring knows Kotlin's types. */
    private static boolean isNullable(MethodParameter parameter) {
        AnnotatedType type = parameter.getParameter().getAnnotatedType();
        return parameter.isOptional()
                || Stream.of(parameter.getParameterAnnotations(), type.getAnnotations())
                        .flatMap(Stream::of)
                        .map(Annotation::annotationType)
                        .anyMatch(annotation -> annotation.getSimpleName().equals("Nullable"));
    }
}
