package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyRpc;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.atomic.AtomicInteger;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

class ProxiedBeanTests {

    /** Stands for {@code @Transactional} and its like, which are proxied the same way. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Counted {}

    @Aspect
    @Component
    static class Counter {
        final AtomicInteger calls = new AtomicInteger();

        @Around("@annotation(io.xywebsocket.spring.handlers.ProxiedBeanTests.Counted)")
        Object count(ProceedingJoinPoint point) throws Throwable {
            calls.incrementAndGet();
            return point.proceed();
        }
    }

    @Configuration
    @EnableAspectJAutoProxy(proxyTargetClass = true)
    static class ClassProxies {}

    @Configuration
    @EnableAspectJAutoProxy
    static class InterfaceProxies {}

    @Component
    static class Functions {
        private final String state = "state";

        @Counted
        @XyRpc
        String state() {
            return state;
        }

        @Counted
        @XyRpc
        public String fail() throws IOException {
            throw new IOException("itself");
        }
    }

    @Test
    void callsThroughAClassProxy() throws Exception {
        try (Handlers handlers = Handlers.of(ClassProxies.class, Counter.class, Functions.class)) {
            assertThat(AopUtils.isCglibProxy(handlers.bean(Functions.class))).isTrue();
            assertThat(handlers.call("state")).isEqualTo("state");
            assertThat(handlers.bean(Counter.class).calls).hasValue(1);
        }
    }

    @Test
    void throwsWhatTheMethodThrewAndNoWrapper() {
        try (Handlers handlers = Handlers.of(ClassProxies.class, Counter.class, Functions.class)) {
            assertThatThrownBy(() -> handlers.call("fail"))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("itself");
        }
        try (Handlers handlers = Handlers.of(Functions.class)) {
            assertThatThrownBy(() -> handlers.call("fail")).isExactlyInstanceOf(IOException.class);
        }
    }

    @Component
    static class Undeclared {
        @Counted
        @XyRpc
        String sneak() {
            throw ProxiedBeanTests.<RuntimeException>sneaky(new IOException("sneaked"));
        }

        @XyRpc
        String overflow() {
            throw new StackOverflowError("an error stays one");
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E sneaky(Throwable error) throws E {
        throw (E) error;
    }

    @Test
    void takesOffTheWrapperThatAProxyPutsAroundAnUndeclaredException() {
        try (Handlers handlers = Handlers.of(ClassProxies.class, Counter.class, Undeclared.class)) {
            assertThatThrownBy(() -> handlers.call("sneak")).isExactlyInstanceOf(IOException.class);
            assertThatThrownBy(() -> handlers.call("overflow")).isExactlyInstanceOf(StackOverflowError.class);
        }
    }

    interface Api {
        String fromClass();

        @XyRpc
        String fromInterface();
    }

    @Component
    static class ApiBean implements Api {
        @Counted
        @Override
        @XyRpc
        public String fromClass() {
            return "annotated in the class";
        }

        @Counted
        @Override
        public String fromInterface() {
            return "annotated in the interface";
        }
    }

    @Test
    void callsThroughAnInterfaceProxy() throws Exception {
        try (Handlers handlers = Handlers.of(InterfaceProxies.class, Counter.class, ApiBean.class)) {
            assertThat(AopUtils.isJdkDynamicProxy(handlers.bean(Api.class))).isTrue();
            assertThat(handlers.call("fromClass")).isEqualTo("annotated in the class");
            assertThat(handlers.call("fromInterface")).isEqualTo("annotated in the interface");
            assertThat(handlers.bean(Counter.class).calls).hasValue(2);
        }
    }

    interface Store<T> {
        String save(T item);
    }

    record Item(String name) {}

    @Component
    static class ItemStore implements Store<Item> {
        @Counted
        @Override
        @XyRpc
        public String save(Item item) {
            return item.name();
        }
    }

    @Test
    void callsTheGenericMethodOfAnInterfaceProxy() throws Exception {
        try (Handlers handlers = Handlers.of(InterfaceProxies.class, Counter.class, ItemStore.class)) {
            assertThat(AopUtils.isJdkDynamicProxy(handlers.bean(Store.class))).isTrue();
            assertThat(handlers.call("save", "{\"name\":\"nut\"}")).isEqualTo("nut");
            assertThat(handlers.bean(Counter.class).calls).hasValue(1);
        }
    }

    @Component
    @Lazy
    static class LazyApiBean implements Api {
        @Counted
        @Override
        @XyRpc
        public String fromClass() {
            return "lazy";
        }

        @Override
        public String fromInterface() {
            return "lazy too";
        }
    }

    @Test
    void callsALazyBeanThroughTheProxyThatItTurnsOutToBe() throws Exception {
        try (Handlers handlers = Handlers.of(InterfaceProxies.class, Counter.class, LazyApiBean.class)) {
            assertThat(handlers.call("fromClass")).isEqualTo("lazy");
            assertThat(handlers.call("fromClass")).isEqualTo("lazy");
            assertThat(handlers.bean(Counter.class).calls).hasValue(2);
        }
    }

    @Component
    static class HiddenByProxy implements Runnable {
        @Counted
        @Override
        public void run() {}

        @XyRpc
        public String hidden() {
            return "";
        }
    }

    @Test
    void endsTheStartUpWhenAnInterfaceProxyHidesTheMethod() {
        assertThat(Handlers.failureOf(InterfaceProxies.class, Counter.class, HiddenByProxy.class))
                .hasMessageContaining("HiddenByProxy.hidden() of bean 'proxiedBeanTests.HiddenByProxy'")
                .hasMessageContaining("interface");
    }

    @Component
    static class FinalMethod {
        @Counted
        void counted() {}

        @XyRpc
        final String end() {
            return "";
        }
    }

    @Component
    static class PrivateMethod {
        @Counted
        void counted() {}

        @XyRpc
        private String secret() {
            return "";
        }
    }

    @Test
    void endsTheStartUpWhenAClassProxyCanNotPassTheMethodOn() {
        assertThat(Handlers.failureOf(ClassProxies.class, Counter.class, FinalMethod.class))
                .hasMessageContaining("FinalMethod.end()")
                .hasMessageContaining("final");
        assertThat(Handlers.failureOf(ClassProxies.class, Counter.class, PrivateMethod.class))
                .hasMessageContaining("PrivateMethod.secret()")
                .hasMessageContaining("visibility");
    }
}
