package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.MethodParameter;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.MethodValidationResult;
import org.springframework.validation.method.ParameterValidationResult;

/** Failed validation in Spring's own terms: {@code MethodValidationException}, {@code BindException} and their like. */
final class SpringViolationMapper implements XyErrorMapper {

    @Override
    public @Nullable XyException map(Throwable error) {
        Violations violations = new Violations();
        if (error instanceof MethodValidationResult result) {
            if (result.isForReturnValue()) {
                return null;
            }
            for (ParameterValidationResult parameter : result.getParameterValidationResults()) {
                addAll(violations, path(result.getMethod(), parameter), parameter);
            }
            result.getCrossParameterValidationResults()
                    .forEach(violation -> violations.add("", violation.getDefaultMessage()));
            return violations.rejection(error);
        } else if (error instanceof Errors errors) {
            errors.getAllErrors().forEach(violation -> add(violations, "", violation));
            return violations.rejection(error);
        }
        return null;
    }

    private static void addAll(Violations violations, String path, ParameterValidationResult parameter) {
        parameter.getResolvableErrors().forEach(violation -> add(violations, path, violation));
    }

    private static void add(Violations violations, String path, MessageSourceResolvable violation) {
        String inner = violation instanceof FieldError field ? field.getField() : "";
        violations.add(Violations.join(path, inner), violation.getDefaultMessage());
    }

    private static String path(Method method, ParameterValidationResult result) {
        MethodParameter parameter = result.getMethodParameter();
        String name = parameter.getParameterName();
        boolean whole =
                Arguments.takesPayloadWhole(method, parameter.getContainingClass(), parameter.getParameterIndex());
        Object place = result.getContainerIndex() != null ? result.getContainerIndex() : result.getContainerKey();
        return (whole || name == null ? "" : name) + (place == null ? "" : "[" + place + "]");
    }
}
