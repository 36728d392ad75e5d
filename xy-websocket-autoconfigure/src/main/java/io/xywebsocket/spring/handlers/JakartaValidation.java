package io.xywebsocket.spring.handlers;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Valid;
import jakarta.validation.Validator;
import jakarta.validation.metadata.MethodDescriptor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.MethodValidationPostProcessor;

/** Constraints on handler methods by Jakarta Validation. Loaded only where that is. */
final class JakartaValidation {

    private static final Logger log = LoggerFactory.getLogger(JakartaValidation.class);

    private final ListableBeanFactory beans;
    private final SingletonSupplier<Validator> validator;

    JakartaValidation(ListableBeanFactory beans) {
        this.beans = beans;
        this.validator = SingletonSupplier.ofNullable(
                () -> beans.getBeanProvider(Validator.class).getIfUnique());
    }

    /** What is to be checked before a handler runs; null if nothing is. */
    @Nullable
    HandlerValidation of(HandlerMethod handler) {
        List<HandlerParameter> parameters = HandlerParameter.of(handler.method(), handler.beanType());
        Validator present = validator.get();
        if (present == null) {
            if (parameters.stream().anyMatch(JakartaValidation::isConstrained)) {
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

    private static boolean isConstrained(HandlerParameter parameter) {
        for (var annotation : parameter.source().getParameterAnnotations()) {
            Class<?> type = annotation.annotationType();
            if (type == Valid.class || type == Validated.class || type.isAnnotationPresent(Constraint.class)) {
                return true;
            }
        }
        return false;
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
            Set<ConstraintViolation<Object>> violations =
                    validator.forExecutables().validateParameters(target(bean), method, arguments, groups);
            if (!violations.isEmpty()) {
                throw new ConstraintViolationException(violations);
            }
        };
    }

    /** {@link Validated} on a parameter validates its value, as in Spring MVC, with the groups that it names. */
    private static HandlerValidation ofValue(Validator validator, int index, String path, Class<?>... groups) {
        return (bean, arguments) -> {
            Object argument =
                    arguments[index] instanceof Optional<?> optional ? optional.orElse(null) : arguments[index];
            Set<ConstraintViolation<Object>> violations =
                    argument == null ? Set.of() : validator.validate(argument, groups);
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
