package io.xywebsocket.spring.handlers;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The bean that a handler runs on, with the method to invoke on it, which for a proxy may be an interface's. */
interface HandlerTarget {

    /** The bean and the method for one invocation. */
    Invocable fetch();

    /** A bean, maybe a proxy, and a method that can be invoked on it. */
    record Invocable(Object bean, Method method) {

        /** @throws IllegalStateException if the bean is a proxy that can't pass the method on; says why */
        static Invocable of(HandlerMethod handler, Object bean) {
            Method method = select(handler, bean);
            if (AopUtils.isCglibProxy(bean) && Modifier.isFinal(method.getModifiers())) {
                throw new IllegalStateException("it is final, so the bean's proxy can't pass it on to the bean");
            }
            if (AopUtils.isAopProxy(bean) && Modifier.isStatic(method.getModifiers())) {
                throw new IllegalStateException("it is static, so the bean's proxy has no part in it");
            }
            ReflectionUtils.makeAccessible(method);
            return new Invocable(bean, method);
        }

        private static Method select(HandlerMethod handler, Object bean) {
            try {
                return AopUtils.selectInvocableMethod(handler.method(), bean.getClass());
            } catch (IllegalStateException e) {
                Method declared = declaredByInterface(handler, bean);
                if (declared == null) {
                    throw e;
                }
                return declared;
            }
        }

        /** The generic method of an interface that the handler implements: its erased parameter types differ. */
        private static @Nullable Method declaredByInterface(HandlerMethod handler, Object bean) {
            for (Class<?> type : ClassUtils.getAllInterfaces(bean)) {
                for (Method candidate : type.getMethods()) {
                    Method specific = ClassUtils.getMostSpecificMethod(candidate, handler.beanType());
                    if (BridgeMethodResolver.findBridgedMethod(specific).equals(handler.method())) {
                        return candidate;
                    }
                }
            }
            return null;
        }
    }

    /** An existing singleton is resolved now; any other bean is left to its scope and fetched for each invocation. */
    static HandlerTarget of(ConfigurableListableBeanFactory beans, HandlerMethod handler) {
        String name = handler.beanName();
        if (!beans.containsSingleton(name) || !beans.isSingleton(name)) {
            return new Fetched(beans, handler);
        }
        try {
            Invocable existing = Invocable.of(handler, beans.getBean(name));
            return () -> existing;
        } catch (IllegalStateException e) {
            throw HandlerDefinitionException.unusable(handler, String.valueOf(e.getMessage()), e);
        }
    }

    /** A lazy, prototype or scoped bean. */
    final class Fetched implements HandlerTarget {

        private final BeanFactory beans;
        private final HandlerMethod handler;
        private volatile @Nullable Selected selected;

        private Fetched(BeanFactory beans, HandlerMethod handler) {
            this.beans = beans;
            this.handler = handler;
        }

        private record Selected(Class<?> type, Method method) {}

        @Override
        public Invocable fetch() {
            Object bean = beans.getBean(handler.beanName());
            Selected known = selected;
            if (known != null && known.type() == bean.getClass()) {
                return new Invocable(bean, known.method());
            }
            Invocable fetched = Invocable.of(handler, bean);
            selected = new Selected(bean.getClass(), fetched.method());
            return fetched;
        }
    }
}
