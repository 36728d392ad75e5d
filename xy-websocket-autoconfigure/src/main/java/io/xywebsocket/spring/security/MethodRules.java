package io.xywebsocket.spring.security;

import io.xywebsocket.spring.handlers.HandlerRules;
import java.lang.reflect.Method;
import java.util.Map;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.authorization.method.AuthorizeReturnObjectMethodInterceptor;
import org.springframework.security.authorization.method.PostFilterAuthorizationMethodInterceptor;
import org.springframework.security.authorization.method.PreFilterAuthorizationMethodInterceptor;

/**
 * A method has a rule if method security applies one to it. The advisors are asked, not the annotations: an annotation that
 * nobody enforces, because method security or its JSR-250 part isn't enabled, is no rule.
 */
final class MethodRules implements HandlerRules {

    private final ConfigurableListableBeanFactory beans;
    private final OpenHandlers open;

    /** @param open hears of handlers that have no rule and yet are not for everybody */
    MethodRules(ConfigurableListableBeanFactory beans, OpenHandlers open) {
        this.beans = beans;
        this.open = open;
    }

    @Override
    public boolean guards(String beanName, Method method) {
        if (beans.containsSingleton(beanName) && !AopUtils.isAopProxy(beans.getBean(beanName))) {
            return false; // nothing stands between us and the method
        }
        Map<String, AuthorizationAdvisor> advisors = beans.getBeansOfType(AuthorizationAdvisor.class);
        return advisors.entrySet().stream()
                .anyMatch(advisor -> !isFilter(advisor.getKey(), advisor.getValue())
                        && applies(advisor.getValue().getPointcut(), method));
    }

    @Override
    public void functionNeedsLogin(String name) {
        open.functionNeedsLogin(name);
    }

    @Override
    public void listenerNeedsLogin(String name) {
        open.listenerNeedsLogin(name);
    }

    /** A rule on a class is enforced for the methods that this class declares; those that it inherits go without. */
    private static boolean applies(Pointcut pointcut, Method method) {
        Class<?> type = method.getDeclaringClass();
        return pointcut.getClassFilter().matches(type)
                && pointcut.getMethodMatcher().matches(method, type);
    }

    /** A filter thins out what goes in or comes out, or guards what comes out, but lets everybody call. Spring Security's own are wrapped, and known by name. */
    private static boolean isFilter(String name, AuthorizationAdvisor advisor) {
        return advisor instanceof PreFilterAuthorizationMethodInterceptor
                || advisor instanceof PostFilterAuthorizationMethodInterceptor
                || advisor instanceof AuthorizeReturnObjectMethodInterceptor
                || name.equals("authorizeReturnObjectMethodInterceptor")
                || name.equals("preFilterAuthorizationMethodInterceptor")
                || name.equals("postFilterAuthorizationMethodInterceptor");
    }
}
