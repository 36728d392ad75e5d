package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/** Jakarta Validation's violations, with paths as the sender of the payload sees them. */
final class ConstraintViolationMapper implements XyErrorMapper {

    @Override
    public @Nullable XyException map(Throwable error) {
        if (!(error instanceof ConstraintViolationException failure) || failure.getConstraintViolations() == null) {
            return null;
        }
        String outer = failure instanceof PayloadViolationException within ? within.path() : "";
        Violations violations = new Violations();
        for (ConstraintViolation<?> violation : failure.getConstraintViolations()) {
            if (isOfResult(violation)) {
                return null;
            }
            violations.add(Violations.join(outer, field(violation)), violation.getMessage());
        }
        return violations.rejection(error);
    }

    private static boolean isOfResult(ConstraintViolation<?> violation) {
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getKind() == ElementKind.RETURN_VALUE) {
                return true;
            }
        }
        return false;
    }

    private static String field(ConstraintViolation<?> violation) {
        StringBuilder field = new StringBuilder();
        Path.MethodNode method = null;
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.isInIterable()) {
                Object place = node.getIndex() != null ? node.getIndex() : node.getKey();
                field.append('[').append(place == null ? "" : place).append(']');
            }
            if (node.getKind() == ElementKind.METHOD) {
                method = node.as(Path.MethodNode.class);
            } else if (node.getKind() == ElementKind.PROPERTY
                    || (node.getKind() == ElementKind.PARAMETER && !isPayload(violation, method, node))) {
                field.append(field.isEmpty() ? "" : ".").append(node.getName());
            }
        }
        return field.toString();
    }

    private static boolean isPayload(
            ConstraintViolation<?> violation, Path.@Nullable MethodNode method, Path.Node parameter) {
        Class<?> type = violation.getRootBeanClass();
        if (method == null || type == null) {
            return false;
        }
        Class<?>[] types = method.getParameterTypes().toArray(Class<?>[]::new);
        Method invoked = ReflectionUtils.findMethod(type, method.getName(), types);
        int index = parameter.as(Path.ParameterNode.class).getParameterIndex();
        return invoked != null && Arguments.takesPayloadWhole(invoked, type, index);
    }
}
