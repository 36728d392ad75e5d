package io.xywebsocket;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.security.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A typed view of the other side, made from an interface. All misuse is found when it is made. */
final class ContractProxy implements InvocationHandler {

    @FunctionalInterface
    private interface Sender {
        @Nullable
        Object send(XyCaller caller, @Nullable Object payload);
    }

    private record Operation(Sender sender, List<String> names) {

        @Nullable
        Object invoke(XyCaller caller, Object @Nullable [] arguments) {
            if (arguments == null || arguments.length == 0) {
                return sender.send(caller, XyPayload.none());
            }
            if (arguments.length == 1) {
                return sender.send(caller, arguments[0]);
            }
            Map<String, @Nullable Object> byName = new LinkedHashMap<>();
            for (int i = 0; i < arguments.length; i++) {
                byName.put(names.get(i), arguments[i]);
            }
            return sender.send(caller, byName);
        }
    }

    private final Class<?> contract;
    private final XyCaller caller;
    private final Map<Method, Operation> operations;

    private ContractProxy(Class<?> contract, XyCaller caller, Map<Method, Operation> operations) {
        this.contract = contract;
        this.caller = caller;
        this.operations = operations;
    }

    static <T> T of(Class<T> contract, XyCaller caller) {
        if (!contract.isInterface()) {
            throw new IllegalArgumentException(contract.getName() + " is not an interface");
        }
        Map<Method, Operation> operations = new HashMap<>();
        for (Method method : contract.getMethods()) {
            Operation operation = operation(method);
            if (operation != null) {
                operations.put(method, operation);
            } else if (Modifier.isAbstract(method.getModifiers())) {
                throw misuse(method, "has neither @XyRpc nor @XyEvent and is not a default method");
            }
        }
        InvocationHandler handler = new ContractProxy(contract, caller, operations);
        return contract.cast(Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] {contract}, handler));
    }

    private static @Nullable Operation operation(Method method) {
        XyRpc rpc = method.getAnnotation(XyRpc.class);
        XyEvent event = method.getAnnotation(XyEvent.class);
        if (rpc != null && event != null) {
            throw misuse(method, "can't be both a function and an event");
        } else if (rpc != null) {
            return new Operation(caller(method, rpc.value().isEmpty() ? method.getName() : rpc.value()), names(method));
        } else if (event != null) {
            return new Operation(
                    sender(method, event.value().isEmpty() ? method.getName() : event.value()), names(method));
        }
        return null;
    }

    private static Sender caller(Method method, String function) {
        Class<?> returned = method.getReturnType();
        if (returned == CompletableFuture.class || returned == CompletionStage.class) {
            if (!(method.getGenericReturnType() instanceof ParameterizedType typed)) {
                throw misuse(method, "must say what its future holds");
            }
            XyType<?> type = XyType.of(typed.getActualTypeArguments()[0]);
            return (caller, payload) -> caller.call(function, payload, type);
        }
        Type type = returned == void.class ? Void.class : method.getGenericReturnType();
        XyType<?> result = XyType.of(type);
        return (caller, payload) -> caller.await(function, payload, result);
    }

    private static Sender sender(Method method, String event) {
        Class<?> returned = method.getReturnType();
        if (returned == boolean.class) {
            return (caller, payload) -> caller.send(event, payload);
        } else if (returned == void.class) {
            return (caller, payload) -> {
                caller.send(event, payload);
                return null;
            };
        }
        throw misuse(method, "sends an event and so can return nothing but void or boolean");
    }

    private static List<String> names(Method method) {
        Parameter[] parameters = method.getParameters();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < parameters.length; i++) {
            if (XyPeer.class.isAssignableFrom(parameters[i].getType())
                    || Principal.class.isAssignableFrom(parameters[i].getType())) {
                throw misuse(
                        method,
                        "has a parameter that only the answering side can fill: "
                                + parameters[i].getType().getSimpleName());
            }
            if (parameters.length > 1 && !parameters[i].isNamePresent()) {
                throw misuse(method, "has parameters without names: compile with -parameters");
            }
            names.add(parameters[i].getName());
        }
        return names;
    }

    private static IllegalArgumentException misuse(Method method, String what) {
        return new IllegalArgumentException(method.toGenericString() + " " + what);
    }

    /** With the contract's own rights: a contract need not be public, which InvocationHandler.invokeDefault insists on. */
    private static MethodHandle defaultMethod(Method method) throws IllegalAccessException {
        Class<?> owner = method.getDeclaringClass();
        return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).unreflectSpecial(method, owner);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        Operation operation = operations.get(method);
        if (operation != null) {
            return operation.invoke(caller, arguments);
        }
        if (method.isDefault()) {
            return defaultMethod(method)
                    .bindTo(proxy)
                    .invokeWithArguments(arguments == null ? new Object[0] : arguments);
        }
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> contract.getSimpleName() + " of " + caller;
        };
    }
}
