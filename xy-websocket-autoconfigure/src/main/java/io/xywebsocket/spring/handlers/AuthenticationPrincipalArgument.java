package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyException;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.util.ClassUtils;

/**
 * What Spring Security's {@link AuthenticationPrincipal} asks for: the application's own user object, or what an expression makes of it.
 * One of another type than the parameter is as good as none.
 */
final class AuthenticationPrincipalArgument implements Argument {

    private final Class<?> type;
    private final boolean required;
    private final boolean failsOnMisfit;
    private final @Nullable Expression expression;

    private AuthenticationPrincipalArgument(
            HandlerParameter parameter, MergedAnnotation<AuthenticationPrincipal> annotation) {
        String source = annotation.getString("expression");
        this.type = ClassUtils.resolvePrimitiveIfNecessary(parameter.rawType());
        this.required = parameter.required();
        this.failsOnMisfit = annotation.getBoolean("errorOnInvalidType");
        this.expression = source.isEmpty() ? null : new SpelExpressionParser().parseExpression(source);
    }

    static @Nullable Argument of(HandlerParameter parameter) {
        MergedAnnotation<AuthenticationPrincipal> annotation = MergedAnnotations.from(
                        parameter.source().getParameterAnnotations())
                .get(AuthenticationPrincipal.class);
        return annotation.isPresent() ? new AuthenticationPrincipalArgument(parameter, annotation) : null;
    }

    @Override
    public @Nullable Object resolve(Call call) {
        Principal loggedIn = call.peer().principal();
        Object principal = loggedIn instanceof Authentication authentication ? authentication.getPrincipal() : null;
        if (principal != null && expression != null) {
            StandardEvaluationContext context = new StandardEvaluationContext(principal);
            context.setVariable("this", principal);
            principal = expression.getValue(context);
        }
        if (principal != null && type.isInstance(principal)) {
            return principal;
        } else if (principal != null && failsOnMisfit) {
            throw new ClassCastException(principal.getClass() + " is not a " + type.getName());
        } else if (required) {
            throw new XyException(401, "Not authenticated");
        }
        return null;
    }
}
