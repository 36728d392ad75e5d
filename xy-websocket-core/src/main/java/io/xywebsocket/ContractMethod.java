package io.xywebsocket;

import com.fasterxml.jackson.annotation.JsonView;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A method of a contract that calls the other side. Immutable.
 *
 * @param sender    sends the payload
 * @param arguments the parts of the payload
 */
record ContractMethod(Sender sender, List<ContractArgument> arguments) {

    @FunctionalInterface
    interface Sender {
        @Nullable
        Object send(XyCaller caller, @Nullable Object payload);
    }

    /** Returns null if the method has neither annotation. */
    static @Nullable ContractMethod of(Method method, TypeArguments types) {
        Method marked = marked(method);
        if (marked == null) {
            return null;
        }
        XyRpc rpc = marked.getAnnotation(XyRpc.class);
        XyEvent event = marked.getAnnotation(XyEvent.class);
        if (rpc != null && event != null) {
            throw misuse(method, "can't be both a function and an event");
        }
        String given = rpc != null ? rpc.value() : event != null ? event.value() : "";
        String name = given.isEmpty() ? method.getName() : given;
        if (name.length() > XyLimits.MAX_NAME) {
            throw misuse(method, "has a name longer than " + XyLimits.MAX_NAME + " characters");
        }
        if (name.contains("${") || name.contains("#{")) {
            throw misuse(method, "has the name '" + name + "', which a proxy can't resolve: it knows no properties");
        }
        return new ContractMethod(
                rpc != null ? caller(method, marked, name, types) : sender(method, marked, name),
                arguments(method, marked, types));
    }

    /** Returns the method, or the annotated one that it overrides. */
    private static @Nullable Method marked(Method method) {
        if (method.isAnnotationPresent(XyRpc.class) || method.isAnnotationPresent(XyEvent.class)) {
            return method;
        }
        if (!Modifier.isAbstract(method.getModifiers())) {
            return null;
        }
        return Stream.of(method.getDeclaringClass().getInterfaces())
                .flatMap(parent -> Stream.of(parent.getMethods()))
                .filter(inherited -> inherited.getName().equals(method.getName())
                        && Arrays.equals(inherited.getParameterTypes(), method.getParameterTypes()))
                .map(ContractMethod::marked)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static Sender caller(Method method, Method marked, String function, TypeArguments types) {
        Class<?> raw = method.getReturnType();
        boolean future = raw == CompletableFuture.class || raw == CompletionStage.class;
        Type answer = answer(method, future, types);
        boolean optional = isOptional(answer);
        XyType<?> type = inView(
                XyType.of(optional ? argument(answer) : answer),
                view(method, method, marked, answer != Void.class && answer != XyPayload.class));
        if (future) {
            return optional
                    ? (caller, payload) -> optional(caller.call(function, payload, type))
                    : (caller, payload) -> caller.call(function, payload, type);
        }
        boolean needed = raw.isPrimitive() && raw != void.class;
        return (caller, payload) -> {
            Object value = caller.await(function, payload, type);
            if (value == null && needed) {
                throw new XyException(502, "The answer of '" + function + "' can't be read: it has no value")
                        .ofCall(function, null);
            }
            return optional ? Optional.ofNullable(value) : value;
        };
    }

    /** Returns the type of the result, without futures around it. */
    private static Type answer(Method method, boolean future, TypeArguments types) {
        Type returned = types.resolve(method.getGenericReturnType());
        if (future && !(returned instanceof ParameterizedType)) {
            throw misuse(method, "must say what its future holds");
        } else if (!future && isLater(method.getReturnType())) {
            throw misuse(method, "must return a value, a CompletableFuture or a CompletionStage");
        }
        Type answer = future ? argument(returned) : returned;
        if (TypeArguments.isOpen(answer)) {
            throw misuse(method, "has a result whose type is a variable");
        }
        return answer == void.class ? Void.class : answer;
    }

    private static boolean isOptional(Type type) {
        return type instanceof ParameterizedType typed && typed.getRawType() == Optional.class;
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    /** Returns a future with the call's unwrapped failure; cancelling it cancels the call. */
    private static <T> CompletableFuture<Optional<T>> optional(CompletableFuture<T> call) {
        CompletableFuture<Optional<T>> answer = new XyCancellableFuture<>();
        call.whenComplete((value, error) -> {
            if (error == null) {
                answer.complete(Optional.ofNullable(value));
            } else {
                answer.completeExceptionally(error);
            }
        });
        answer.whenComplete((value, error) -> call.cancel(false));
        return answer;
    }

    /** Returns whether a type is an asynchronous value of another library. */
    private static boolean isLater(Class<?> type) {
        if (type == Future.class
                || type == CompletionStage.class
                || type == Flow.Publisher.class
                || type.getName().equals("org.reactivestreams.Publisher")) {
            return true;
        }
        Class<?> parent = type.getSuperclass();
        return (parent != null && isLater(parent))
                || Stream.of(type.getInterfaces()).anyMatch(ContractMethod::isLater);
    }

    private static Sender sender(Method method, Method marked, String event) {
        view(method, method, marked, false);
        Class<?> returned = method.getReturnType();
        if (returned == boolean.class) {
            return (caller, payload) -> caller.send(event, payload);
        } else if (returned == void.class) {
            return (caller, payload) -> {
                caller.send(event, payload);
                return null;
            };
        }
        if (returned == int.class) {
            return (caller, payload) -> caller instanceof XyInternals.EventCounter counter
                    ? counter.sendCounted(event, payload)
                    : caller.send(event, payload) ? 1 : 0;
        }
        throw misuse(method, "sends an event and so can return nothing but void, boolean or int");
    }

    private static List<ContractArgument> arguments(Method method, Method marked, TypeArguments types) {
        Parameter[] parameters = marked.getParameters();
        List<ContractArgument> arguments = new ArrayList<>();
        for (int i = 0; i < parameters.length; i++) {
            Parameter parameter = parameters[i];
            Class<?> type = parameter.getType();
            if (XyPeer.class.isAssignableFrom(type)
                    || Principal.class.isAssignableFrom(type)
                    || type == XyHandshake.class
                    || (type == XyPayload.class && parameters.length > 1)) {
                throw misuse(method, "has a parameter that only the answering side can fill: " + type.getSimpleName());
            }
            if (parameters.length > 1 && !parameter.isNamePresent()) {
                throw misuse(method, "has parameters without names: compile with -parameters");
            }
            Class<?> view = view(method, method.getParameters()[i], parameter, type != XyPayload.class);
            Type declared = types.resolve(parameter.getParameterizedType());
            arguments.add(new ContractArgument(
                    parameter.getName(),
                    inView(XyType.of(isOptional(declared) ? argument(declared) : declared), view)));
        }
        return arguments;
    }

    private static <T> XyType<T> inView(XyType<T> type, @Nullable Class<?> view) {
        return view == null ? type : type.withView(view);
    }

    /** Returns the view of a method or parameter, including inherited declarations. */
    private static @Nullable Class<?> view(
            Method method, AnnotatedElement declared, AnnotatedElement marked, boolean hasValue) {
        JsonView given = declared.getAnnotation(JsonView.class);
        JsonView view = given != null ? given : marked.getAnnotation(JsonView.class);
        if (view == null) {
            return null;
        } else if (view.value().length != 1) {
            throw misuse(method, "has a @JsonView that does not name exactly one view");
        } else if (!hasValue) {
            throw misuse(method, "has a @JsonView where there is no value for it");
        }
        return view.value()[0];
    }

    static XyContractException misuse(Method method, String what) {
        return new XyContractException(method.toGenericString() + " " + what);
    }

    @Nullable
    Object invoke(XyCaller caller, Object @Nullable [] values) {
        if (values == null || values.length == 0) {
            return sender.send(caller, XyPayload.none());
        }
        if (values.length == 1) {
            return sender.send(
                    caller,
                    isLeftOut(values[0]) ? XyPayload.none() : arguments.get(0).of(values[0]));
        }
        Map<String, @Nullable Object> byName = new LinkedHashMap<>();
        boolean typed = false;
        for (int i = 0; i < values.length; i++) {
            if (!isLeftOut(values[i])) {
                ContractArgument argument = arguments.get(i);
                Object value = argument.of(values[i]);
                typed |= value instanceof XyValue;
                byName.put(argument.name(), value);
            }
        }
        return sender.send(caller, typed ? XyValue.ofMembers(byName) : byName);
    }

    private static boolean isLeftOut(@Nullable Object value) {
        return value instanceof Optional<?> optional && optional.isEmpty();
    }
}
