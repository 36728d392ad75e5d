package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.XyClientHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.stereotype.Component;

/** Finds the annotated methods of all beans, in bean order, as Spring finds its event listeners. */
final class HandlerScan {

    private static final Logger log = LoggerFactory.getLogger(HandlerScan.class);

    private final ConfigurableListableBeanFactory beans;

    HandlerScan(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    private record Annotations(@Nullable XyRpc function, @Nullable XyEvent listener) {
        static @Nullable Annotations of(Method method) {
            XyRpc function = AnnotatedElementUtils.findMergedAnnotation(method, XyRpc.class);
            XyEvent listener = AnnotatedElementUtils.findMergedAnnotation(method, XyEvent.class);
            return function == null && listener == null ? null : new Annotations(function, listener);
        }
    }

    private record AnnotatedBean(String name, Class<?> type, Map<Method, Annotations> methods, int order) {}

    /** The handlers: by the beans' order, then as the beans were defined, then as reflection lists a class's methods. */
    List<HandlerMethod> methods() {
        List<AnnotatedBean> found = new ArrayList<>();
        for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
            AnnotatedBean bean = annotatedBean(name);
            if (bean != null) {
                found.add(bean);
            }
        }
        found.sort(Comparator.comparingInt(AnnotatedBean::order));
        List<HandlerMethod> handlers = new ArrayList<>();
        for (AnnotatedBean bean : found) {
            bean.methods().forEach((method, annotations) -> handlers.add(handler(bean, method, annotations)));
        }
        return handlers;
    }

    private @Nullable AnnotatedBean annotatedBean(String name) {
        if (ScopedProxyUtils.isScopedTarget(name)) {
            return null; // its proxy is the bean to call
        }
        Class<?> type = targetClass(name);
        if (type == null || !isCandidate(type)) {
            return null;
        }
        Map<Method, Annotations> methods = annotatedMethods(name, type);
        if (methods == null) {
            return null;
        }
        if (methods.isEmpty()) {
            requireNoMarker(name, type);
            return null;
        }
        return isForeignProxy(name, type)
                ? null
                : new AnnotatedBean(name, type, methods, BeanOrder.of(beans, name, type));
    }

    private static void requireNoMarker(String name, Class<?> type) {
        if (AnnotatedElementUtils.hasAnnotation(type, XyClientHandler.class)) {
            throw new HandlerDefinitionException(
                    "Bean '" + name + "' of " + type.getName()
                            + " is marked with @XyClientHandler, but none of its methods with @XyRpc or @XyEvent",
                    "Mark what the client is to offer with @XyRpc or @XyEvent, or remove @XyClientHandler.",
                    null);
        }
    }

    /** Null where it can't be told. */
    private static @Nullable Map<Method, Annotations> annotatedMethods(String name, Class<?> type) {
        try {
            return MethodIntrospector.selectMethods(type, (MetadataLookup<Annotations>) Annotations::of);
        } catch (RuntimeException | LinkageError e) {
            log.debug("Bean '{}' can't be searched for handlers", name, e);
            return null;
        }
    }

    /** Null where it can't be told: a bean of somebody else whose class can't be looked at is not ours to complain about. */
    private @Nullable Class<?> targetClass(String name) {
        try {
            Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
            if (type != null && ScopedObject.class.isAssignableFrom(type)) {
                Class<?> scoped = AutoProxyUtils.determineTargetClass(beans, ScopedProxyUtils.getTargetBeanName(name));
                return scoped == null ? type : scoped;
            }
            return type;
        } catch (RuntimeException | LinkageError e) {
            log.debug("The class of bean '{}' can't be told", name, e);
            return null;
        }
    }

    private static boolean isCandidate(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, List.of(XyRpc.class, XyEvent.class))
                && (!type.getName().startsWith("org.springframework.")
                        || AnnotatedElementUtils.isAnnotated(type, Component.class));
    }

    /** Whether the bean is a view of something remote: its annotations say what the other side offers, not this one. */
    private boolean isForeignProxy(String name, Class<?> type) {
        // a lazy bean behind an interface has to be made to see what it is
        if (!beans.isSingleton(name) || !(beans.containsSingleton(name) || type.isInterface())) {
            return false;
        }
        Object bean;
        try {
            bean = beans.getBean(name);
        } catch (BeansException e) {
            log.debug("Bean '{}' can't be made yet", name, e);
            return false;
        }
        while (AopUtils.isAopProxy(bean)) {
            Object target = AopProxyUtils.getSingletonTarget(bean);
            if (target == null) {
                return false;
            }
            bean = target;
        }
        return Proxy.isProxyClass(bean.getClass());
    }

    /** A name with the application's properties in place of {@code ${…}}, and values in place of {@code #{…}}. */
    private String resolved(String name, String annotation, AnnotatedBean bean, Method method) {
        if (!name.contains("${") && !name.contains("#{")) {
            return name;
        }
        String resolved = null;
        RuntimeException failure = null;
        try {
            resolved = new EmbeddedValueResolver(beans).resolveStringValue(name);
        } catch (RuntimeException e) {
            failure = e;
        }
        if (resolved == null || resolved.isBlank() || resolved.contains("${")) { // not every context fails by itself
            throw new HandlerDefinitionException(
                    "The name in " + annotation + "(\"" + name + "\") of "
                            + bean.type().getName() + "."
                            + HandlerMethod.signature(method) + " of bean '" + bean.name() + "' can't be resolved"
                            + (failure != null
                                    ? ": " + failure.getMessage()
                                    : resolved == null ? "" : ": it is '" + resolved + "'"),
                    "Set the property, or give it a default, as in ${name.of.property:default}.",
                    failure);
        }
        return resolved;
    }

    private Set<String> clients(AnnotatedBean bean, Method method) {
        XyClientHandler ofMethod = AnnotatedElementUtils.findMergedAnnotation(method, XyClientHandler.class);
        XyClientHandler marker = ofMethod != null
                ? ofMethod
                : AnnotatedElementUtils.findMergedAnnotation(bean.type(), XyClientHandler.class);
        if (marker == null) {
            return Set.of();
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : marker.value()) {
            names.add(resolved(name, "@XyClientHandler", bean, method));
        }
        return names.isEmpty() ? Set.of("") : names;
    }

    private HandlerMethod handler(AnnotatedBean bean, Method method, Annotations annotations) {
        XyRpc function = annotations.function();
        XyEvent listener = annotations.listener();
        HandlerMethod.Kind kind = function != null ? HandlerMethod.Kind.FUNCTION : HandlerMethod.Kind.LISTENER;
        String given = function != null ? function.value() : listener != null ? listener.value() : "";
        String annotation = kind == HandlerMethod.Kind.FUNCTION ? "@XyRpc" : "@XyEvent";
        String name = given.isEmpty() ? method.getName() : resolved(given, annotation, bean, method);
        HandlerMethod handler = new HandlerMethod(kind, name, bean.name(), bean.type(), method, clients(bean, method));
        if (name.length() > XyLimits.MAX_NAME) {
            throw HandlerDefinitionException.unusable(
                    handler, "its name has more than " + XyLimits.MAX_NAME + " characters", null);
        }
        if (function != null && listener != null) {
            throw HandlerDefinitionException.unusable(handler, "it is marked with @XyEvent as well; choose one", null);
        }
        return handler;
    }
}
