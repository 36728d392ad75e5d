package io.xywebsocket.spring.handlers;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An annotated method of a bean.
 *
 * @param kind     what it is for peers
 * @param name     its name on the wire
 * @param beanName the bean
 * @param beanType the bean's class, without proxies
 * @param method   the method as that class sees it
 * @param clients  the names of the clients for whose servers it is; empty if it is for the endpoint's peers
 */
record HandlerMethod(Kind kind, String name, String beanName, Class<?> beanType, Method method, Set<String> clients) {

    enum Kind {
        FUNCTION,
        LISTENER
    }

    boolean isFunction() {
        return kind == Kind.FUNCTION;
    }

    String annotation() {
        return isFunction() ? "@XyRpc" : "@XyEvent";
    }

    /** Where it is, for people: class, method with parameter types, bean. */
    String place() {
        return beanType.getName() + "." + signature(method) + " of bean '" + beanName + "'";
    }

    static String signature(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", method.getName() + "(", ")"));
    }
}
