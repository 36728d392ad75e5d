package io.xywebsocket;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A typed view of the other side, made from an interface. Misuse is detected when it is made. */
final class ContractProxy implements InvocationHandler {

    private final Class<?> contract;
    private final XyCaller caller;
    private final Map<Method, ContractMethod> methods;
    private final Map<Method, MethodHandle> defaultMethods;

    private ContractProxy(
            Class<?> contract,
            XyCaller caller,
            Map<Method, ContractMethod> methods,
            Map<Method, MethodHandle> defaultMethods) {
        this.contract = contract;
        this.caller = caller;
        this.methods = methods;
        this.defaultMethods = defaultMethods;
    }

    static <T> T of(Class<T> contract, XyCaller caller) {
        if (!contract.isInterface()) {
            throw new XyContractException(contract.getName() + " is not an interface");
        }
        TypeArguments types = TypeArguments.of(contract);
        Map<Method, ContractMethod> methods = new HashMap<>();
        Map<Method, MethodHandle> defaultMethods = new HashMap<>();
        for (Method method : contract.getMethods()) {
            ContractMethod remote = ContractMethod.of(method, types);
            if (remote != null) {
                methods.put(method, remote);
            } else if (method.isDefault()) {
                defaultMethods.put(method, defaultMethod(method));
            } else if (Modifier.isAbstract(method.getModifiers()) && !isObjects(method)) {
                throw ContractMethod.misuse(method, "has neither @XyRpc nor @XyEvent and is not a default method");
            }
        }
        if (methods.isEmpty()) {
            throw new XyContractException(contract.getName() + " has no method with @XyRpc or @XyEvent");
        }
        InvocationHandler handler = new ContractProxy(contract, caller, methods, defaultMethods);
        return contract.cast(Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] {contract}, handler));
    }

    /** Returns whether it redeclares a method of Object, as interfaces do for documentation. */
    private static boolean isObjects(Method method) {
        return Arrays.stream(Object.class.getMethods())
                .anyMatch(own -> own.getName().equals(method.getName())
                        && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    }

    /**
     * Invokes a default method with the contract's own rights, as InvocationHandler.invokeDefault requires a public
     * interface.
     */
    private static MethodHandle defaultMethod(Method method) {
        Class<?> owner = method.getDeclaringClass();
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).unreflectSpecial(method, owner);
        } catch (IllegalAccessException e) {
            throw ContractMethod.misuse(method, "can't be run: its module does not open its package");
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        ContractMethod remote = methods.get(method);
        if (remote != null) {
            return remote.invoke(caller, arguments);
        }
        MethodHandle ownCode = defaultMethods.get(method);
        if (ownCode != null) {
            return ownCode.bindTo(proxy).invokeWithArguments(arguments == null ? new Object[0] : arguments);
        }
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> contract.getSimpleName() + " of " + caller;
        };
    }
}
