package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyRpc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.ExpressionException;
import org.springframework.util.ClassUtils;

/** Decides at start-up where each parameter of a handler method gets its value. */
final class Arguments {

    private static final List<ArgumentKind> KINDS = kinds();

    private Arguments() {}

    private static List<ArgumentKind> kinds() {
        List<ArgumentKind> kinds = new ArrayList<>(List.of(BuiltInArguments::ofCall));
        // before the principal: its annotation may stand on a parameter of any type
        if (ClassUtils.isPresent(
                "org.springframework.security.core.annotation.AuthenticationPrincipal",
                Arguments.class.getClassLoader())) {
            kinds.add(AuthenticationPrincipalArgument::of);
        }
        kinds.add(BuiltInArguments::principal);
        return List.copyOf(kinds);
    }

    static List<Argument> of(HandlerMethod handler) {
        if (KotlinDetector.isSuspendingFunction(handler.method())) {
            throw HandlerDefinitionException.unusable(
                    handler, "it is a suspending function; let it return a CompletableFuture or a Mono instead", null);
        }
        List<HandlerParameter> parameters = HandlerParameter.of(handler.method(), handler.beanType());
        requireReadableExpressions(handler, parameters);
        boolean single = parameters.stream().filter(Arguments::isPayload).count() == 1;
        List<Argument> arguments = new ArrayList<>();
        for (HandlerParameter parameter : parameters) {
            Argument special = special(parameter);
            if (special == null) {
                SignatureCheck.payload(handler, parameter, single);
            }
            Class<?> view = HandlerViews.ofParameter(handler, parameter, special == null);
            Argument argument = special != null
                    ? special
                    : single ? PayloadArgument.whole(parameter, view) : member(handler, parameter, view);
            Argument given = special != null && parameter.defaulted() ? orDefault(special) : argument;
            arguments.add(parameter.optional() ? optional(given) : given);
        }
        return List.copyOf(arguments);
    }

    private static void requireReadableExpressions(HandlerMethod handler, List<HandlerParameter> parameters) {
        try {
            parameters.forEach(Arguments::special);
        } catch (ExpressionException e) {
            throw HandlerDefinitionException.unusable(
                    handler, "its @AuthenticationPrincipal has an expression that can't be read: " + e.getMessage(), e);
        }
    }

    private static Argument orDefault(Argument argument) {
        return call -> {
            Object value = argument.resolve(call);
            return value == null ? Argument.LEFT_OUT : value;
        };
    }

    private static Argument optional(Argument argument) {
        return call -> {
            Object value = argument.resolve(call);
            return value == Argument.LEFT_OUT ? value : Optional.ofNullable(value);
        };
    }

    /** Whether a handler method has asked for the payload as it came. */
    static boolean takePayloadItself(HandlerMethod handler) {
        return HandlerParameter.of(handler.method(), handler.beanType()).stream()
                .anyMatch(parameter -> parameter.rawType() == XyPayload.class);
    }

    /** Returns whether a handler method refuses unauthenticated peers, because one of its parameters asks for the login. */
    static boolean needLogin(HandlerMethod handler) {
        return HandlerParameter.of(handler.method(), handler.beanType()).stream()
                .anyMatch(parameter -> parameter.required()
                        && special(parameter) != null
                        && BuiltInArguments.ofCall(parameter) == null);
    }

    /** Whether a parameter is the one that takes the payload whole, of a method that is a handler. */
    static boolean takesPayloadWhole(Method method, Class<?> beanType, int index) {
        if (!AnnotatedElementUtils.hasAnnotation(method, XyRpc.class)
                && !AnnotatedElementUtils.hasAnnotation(method, XyEvent.class)) {
            return false;
        }
        List<HandlerParameter> payload = HandlerParameter.of(method, beanType).stream()
                .filter(Arguments::isPayload)
                .toList();
        return payload.size() == 1 && payload.get(0).source().getParameterIndex() == index;
    }

    private static Argument member(HandlerMethod handler, HandlerParameter parameter, @Nullable Class<?> view) {
        String name = parameter.name();
        if (name == null) {
            throw new HandlerDefinitionException(
                    handler.annotation() + " method " + handler.place()
                            + " has several payload parameters, which are bound by their names,"
                            + " but its class was compiled without the names of parameters.",
                    "Compile with the flag '-parameters' (Spring Boot's Maven parent and Gradle plugin set it),"
                            + " or let one parameter take the payload whole.",
                    null);
        }
        return PayloadArgument.member(parameter, name, view);
    }

    private static boolean isPayload(HandlerParameter parameter) {
        return special(parameter) == null;
    }

    private static @Nullable Argument special(HandlerParameter parameter) {
        for (ArgumentKind kind : KINDS) {
            Argument argument = kind.argument(parameter);
            if (argument != null) {
                return argument;
            }
        }
        return null;
    }
}
