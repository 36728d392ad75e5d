package io.xywebsocket.spring.handlers;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Valid;
import jakarta.validation.Validator;
import jakarta.validation.metadata.MethodDescriptor;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.MethodValidationPostProcessor;

/** Constraints on handler methods by Jakarta Validation. Loaded only where that is. */
final class JakartaValidation {

    private static final Logger log = LoggerFactory.getLogger(JakartaValidation.class);

    private static final String PROVIDERS = "META-INF/services/jakarta.validation.spi.ValidationProvider";

    private final ListableBeanFactory beans;
    private final SingletonSupplier<Validator> validator;
    private final SingletonSupplier<Boolean> provider;

    JakartaValidation(ListableBeanFactory beans) {
        this.beans = beans;
        this.validator = SingletonSupplier.ofNullable(
                () -> beans.getBeanProvider(Validator.class).getIfUnique());
        this.provider = SingletonSupplier.of(this::hasProvider);
    }

    /** What is to be checked before a handler runs; null if nothing is. */
    @Nullable
    HandlerValidation of(HandlerMethod handler) {
        List<HandlerParameter> parameters = HandlerParameter.of(handler.method(), handler.beanType());
        boolean constrained = parameters.stream().anyMatch(JakartaValidation::isConstrained);
        boolean works = provider.obtain();
        if (constrained && !works) {
            throw new HandlerDefinitionException(
                    handler.annotation() + " method " + handler.place()
                            + " has constraints that can't be checked: the Jakarta Validation API is on the class path, but no provider.",
                    "Add a provider, as spring-boot-starter-validation does with Hibernate Validator, or remove the constraints.",
                    null);
        }
        Validator present = works ? validator.get() : null;
        if (present == null) {
            if (constrained) {
                requireNotSeveral(handler);
                log.warn("{} has constraints, but there is no Validator bean to check them", handler.place());
            }
            return null;
        }
        List<HandlerValidation> checks = new ArrayList<>();
        if (isConstrained(present, handler) && !isCheckedByProxy(handler)) {
            checks.add(ofMethod(present, handler));
        }
        for (HandlerParameter parameter : parameters) {
            Validated marker = parameter.source().getParameterAnnotation(Validated.class);
            if (marker != null && !parameter.source().hasParameterAnnotation(Valid.class)) {
                int index = parameter.source().getParameterIndex();
                boolean whole = Arguments.takesPayloadWhole(handler.method(), handler.beanType(), index);
                String path = whole ? "" : Optional.ofNullable(parameter.name()).orElse("");
                checks.add(ofValue(present, index, path, marker.value()));
            }
        }
        return checks.isEmpty() ? null : (bean, arguments) -> checks.forEach(check -> check.check(bean, arguments));
    }

    /** None of several checks nothing either, which whoever has defined them doesn't expect. */
    private void requireNotSeveral(HandlerMethod handler) {
        try {
            beans.getBeanProvider(Validator.class).getIfAvailable();
        } catch (NoUniqueBeanDefinitionException e) {
            throw new HandlerDefinitionException(
                    handler.annotation() + " method " + handler.place() + " has constraints, but there are several"
                            + " Validator beans, and nothing says which one is to check them: "
                            + e.getBeanNamesFound(),
                    "Mark one of them with @Primary.",
                    e);
        }
    }

    private static boolean isConstrained(Validator validator, HandlerMethod handler) {
        Method method = handler.method();
        try {
            MethodDescriptor descriptor = validator
                    .getConstraintsForClass(handler.beanType())
                    .getConstraintsForMethod(method.getName(), method.getParameterTypes());
            // constraints on the elements of a list alone don't make its parameter a constrained one
            return descriptor != null
                    && (descriptor.hasConstrainedParameters()
                            || descriptor.getParameterDescriptors().stream().anyMatch(parameter -> !parameter
                                    .getConstrainedContainerElementTypes()
                                    .isEmpty()));
        } catch (jakarta.validation.ValidationException e) {
            throw HandlerDefinitionException.unusable(handler, String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether anything can check: without a provider there may be Validator beans all the same, Spring MVC's own say, which fail when asked. */
    private boolean hasProvider() {
        Validator only = validator.get();
        if (only != null) {
            try {
                only.getConstraintsForClass(Object.class);
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        }
        return new ClassPathResource(PROVIDERS).exists();
    }

    private static boolean isConstrained(HandlerParameter parameter) {
        return isConstrained(parameter.source().getParameterAnnotations())
                || isConstrained(parameter.source().getParameter().getAnnotatedType());
    }

    /** Also what a list holds. */
    private static boolean isConstrained(AnnotatedType type) {
        return isConstrained(type.getAnnotations())
                || (type instanceof AnnotatedParameterizedType generic
                        && Stream.of(generic.getAnnotatedActualTypeArguments())
                                .anyMatch(JakartaValidation::isConstrained));
    }

    private static boolean isConstrained(Annotation... annotations) {
        return Stream.of(annotations)
                .map(Annotation::annotationType)
                .anyMatch(type ->
                        type == Valid.class || type == Validated.class || type.isAnnotationPresent(Constraint.class));
    }

    /** Spring itself validates the methods of classes marked {@link Validated}. */
    private boolean isCheckedByProxy(HandlerMethod handler) {
        return AnnotatedElementUtils.hasAnnotation(handler.beanType(), Validated.class)
                && beans.getBeanNamesForType(MethodValidationPostProcessor.class, true, false).length > 0;
    }

    private static Class<?>[] groups(HandlerMethod handler) {
        Validated ofMethod = AnnotationUtils.findAnnotation(handler.method(), Validated.class);
        Validated marker =
                ofMethod != null ? ofMethod : AnnotationUtils.findAnnotation(handler.beanType(), Validated.class);
        return marker == null ? new Class<?>[0] : marker.value();
    }

    private static HandlerValidation ofMethod(Validator validator, HandlerMethod handler) {
        Method method = handler.method();
        Class<?>[] groups = groups(handler);
        return (bean, arguments) -> {
            boolean complete = !Argument.anyLeftOut(arguments);
            Set<ConstraintViolation<Object>> violations = validator
                    .forExecutables()
                    .validateParameters(target(bean), method, complete ? arguments : sent(arguments), groups);
            if (!complete) {
                violations = ofSent(violations, arguments);
            }
            if (!violations.isEmpty()) {
                throw new ConstraintViolationException(violations);
            }
        };
    }

    private static @Nullable Object[] sent(@Nullable Object... arguments) {
        return Stream.of(arguments)
                .map(argument -> argument == Argument.LEFT_OUT ? null : argument)
                .toArray();
    }

    /** Without what is said of those that were left out: null is not what the method will see. */
    private static Set<ConstraintViolation<Object>> ofSent(
            Set<ConstraintViolation<Object>> violations, @Nullable Object... arguments) {
        return violations.stream()
                .filter(violation -> StreamSupport.stream(
                                violation.getPropertyPath().spliterator(), false)
                        .filter(node -> node.getKind() == ElementKind.PARAMETER)
                        .map(node -> node.as(Path.ParameterNode.class).getParameterIndex())
                        .noneMatch(index -> arguments[index] == Argument.LEFT_OUT))
                .collect(Collectors.toSet());
    }

    /** {@link Validated} on a parameter validates its value, as in Spring MVC, with the groups that it names. */
    private static HandlerValidation ofValue(Validator validator, int index, String path, Class<?>... groups) {
        return (bean, arguments) -> {
            Object argument =
                    arguments[index] instanceof Optional<?> optional ? optional.orElse(null) : arguments[index];
            Set<ConstraintViolation<Object>> violations =
                    argument == null || argument == Argument.LEFT_OUT ? Set.of() : validator.validate(argument, groups);
            if (!violations.isEmpty()) {
                throw new PayloadViolationException(path, violations);
            }
        };
    }

    /** The constraints are those of the bean's class; a proxy's class may not have them. */
    private static Object target(Object bean) {
        Object current = bean instanceof ScopedObject scoped ? scoped.getTargetObject() : bean;
        for (Object next = current; next != null; next = AopProxyUtils.getSingletonTarget(current)) {
            current = next;
        }
        return current;
    }
}
