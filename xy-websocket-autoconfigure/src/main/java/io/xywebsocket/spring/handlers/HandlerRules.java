package io.xywebsocket.spring.handlers;

import java.lang.reflect.Method;

/** Says which annotated methods have a rule about who may call them; a bean, if anybody can say. Asked once for each, at start-up. */
@FunctionalInterface
public interface HandlerRules {

    /** Nothing has a rule. */
    HandlerRules NONE = (beanName, beanType, method) -> false;

    /**
     * Whether something checks who calls a method before it runs.
     *
     * @param beanName the bean that it is called on
     * @param beanType the bean's class, without proxies
     * @param method   the method as that class sees it
     */
    boolean guards(String beanName, Class<?> beanType, Method method);
}
