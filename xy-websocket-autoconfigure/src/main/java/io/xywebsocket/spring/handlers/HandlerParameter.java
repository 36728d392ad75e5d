package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyRpc;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.util.ClassUtils;

/**
 * A parameter of a handler method.
 *
 * @param source   with its annotations, those that an interface's method gives it included
 * @param type     what to read; of an {@code Optional}, what it holds; type variables resolved for the bean's class
 * @param optional whether it is an {@code Optional}
 * @param nullable whether it takes null for a missing value
 * @param refusesNull whether null is no value for it, though it is a reference: Kotlin tells them apart
 * @param defaulted whether the method itself has a value for a missing one
 * @param name     as it is where the annotation stands; null if it was compiled without the names of parameters
 */
record HandlerParameter(
        MethodParameter source,
        Type type,
        boolean optional,
        boolean nullable,
        boolean refusesNull,
        boolean defaulted,
        @Nullable String name) {

    static List<HandlerParameter> of(Method method, Class<?> beanType) {
        DefaultParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();
        String[] declared = names.getParameterNames(annotated(method, beanType));
        String[] known = declared != null ? declared : names.getParameterNames(method);
        KotlinMethod kotlin = isKotlin(method.getDeclaringClass()) ? KotlinMethod.of(method) : null;
        List<HandlerParameter> parameters = new ArrayList<>();
        for (MethodParameter source : new AnnotatedMethod(method).getMethodParameters()) {
            int index = source.getParameterIndex();
            ResolvableType type = ResolvableType.forMethodParameter(method, index, beanType);
            boolean refusesNull = kotlin != null && kotlin.refusesNull(index);
            boolean optional = source.getParameterType() == Optional.class;
            Type read = ConcreteType.of(optional ? type.getGeneric(0) : type);
            parameters.add(new HandlerParameter(
                    source,
                    read,
                    optional,
                    !refusesNull && isNullable(source),
                    refusesNull && !optional,
                    kotlin != null && kotlin.hasDefault(index),
                    known == null ? null : known[index]));
        }
        return parameters;
    }

    Class<?> rawType() {
        return ResolvableType.forType(type).resolve(Object.class);
    }

    boolean required() {
        return !optional && !nullable && !defaulted;
    }

    /**
     * The method that bears the annotation, which may be an interface's: a contract's names are what its proxies send, whatever a
     * bean calls its parameters.
     */
    private static Method annotated(Method method, Class<?> beanType) {
        if (isAnnotated(method)) {
            return method;
        }
        for (Class<?> type : ClassUtils.getAllInterfacesForClassAsSet(beanType)) {
            for (Method candidate : type.getMethods()) {
                if (candidate.getName().equals(method.getName()) && isAnnotated(candidate)) {
                    Method specific = ClassUtils.getMostSpecificMethod(candidate, beanType);
                    if (BridgeMethodResolver.findBridgedMethod(specific).equals(method)) {
                        return candidate;
                    }
                }
            }
        }
        return method;
    }

    private static boolean isAnnotated(Method method) {
        return AnnotatedElementUtils.isAnnotated(method, XyRpc.class)
                || AnnotatedElementUtils.isAnnotated(method, XyEvent.class);
    }

    private static boolean isKotlin(Class<?> type) {
        return KotlinDetector.isKotlinReflectPresent() && KotlinDetector.isKotlinType(type);
    }

    /** Any annotation named Nullable counts, wherever it stands; Spring knows Kotlin's types. */
    private static boolean isNullable(MethodParameter parameter) {
        AnnotatedType type = parameter.getParameter().getAnnotatedType();
        return parameter.isOptional()
                || SignatureCheck.allowsNothing(parameter)
                || Stream.of(parameter.getParameterAnnotations(), type.getAnnotations())
                        .flatMap(Stream::of)
                        .map(Annotation::annotationType)
                        .anyMatch(annotation -> annotation.getSimpleName().equals("Nullable"));
    }
}
