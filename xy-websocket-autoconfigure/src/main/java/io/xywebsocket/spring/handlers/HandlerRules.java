package io.xywebsocket.spring.handlers;

import java.lang.reflect.Method;

/**
 * Says which annotated methods have a rule about who may call them; a bean, if anybody can say. Asked once for each, at start-up.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HandlerRules {

    /** Nothing has a rule. */
    HandlerRules NONE = (beanName, method) -> false;

    /**
     * Whether something checks who calls a method before it runs.
     *
     * @param beanName the bean that it is called on
     * @param method   the method as the bean's class, without proxies, sees it
     */
    boolean guards(String beanName, Method method);

    /** A function for peers that nothing guards has a parameter that only a login can fill: whoever hasn't logged in gets 401. */
    default void functionNeedsLogin(String name) {}

    /** The same for a listener. */
    default void listenerNeedsLogin(String name) {}
}
