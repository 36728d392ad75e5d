package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyRpc;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.stereotype.Component;

class BeanScopeTests {

    @Component
    @Lazy
    static class LazyBean {
        static final AtomicInteger made = new AtomicInteger();

        LazyBean() {
            made.incrementAndGet();
        }

        @XyRpc("lazy.made")
        int made() {
            return made.get();
        }
    }

    @Test
    void makesALazyBeanOnlyWhenItIsCalled() throws Exception {
        LazyBean.made.set(0);
        try (Handlers handlers = Handlers.of(LazyBean.class)) {
            assertThat(LazyBean.made).hasValue(0);
            assertThat(handlers.call("lazy.made")).isEqualTo(1);
            assertThat(handlers.call("lazy.made")).isEqualTo(1);
        }
    }

    @Component
    @Scope("prototype")
    static class PrototypeBean {
        static final AtomicInteger made = new AtomicInteger();
        private final int number = made.incrementAndGet();

        @XyRpc("prototype.number")
        int number() {
            return number;
        }
    }

    @Test
    void makesAPrototypeForEachCall() throws Exception {
        PrototypeBean.made.set(0);
        try (Handlers handlers = Handlers.of(PrototypeBean.class)) {
            assertThat(handlers.call("prototype.number")).isEqualTo(1);
            assertThat(handlers.call("prototype.number")).isEqualTo(2);
        }
    }

    @Component
    @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
    static class ScopedBean {
        private final String thread = Thread.currentThread().getName();

        @XyRpc("scoped.thread")
        String thread() {
            return thread;
        }
    }

    @Test
    void leavesAScopedBeanToItsScopeAndDoesNotOfferItTwice() throws Exception {
        try (Handlers handlers = Handlers.of(context -> {
            context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
            context.register(ScopedBean.class);
        })) {
            Object here = handlers.call("scoped.thread");
            Object[] there = new Object[1];
            Thread other = new Thread(
                    () -> {
                        try {
                            there[0] = handlers.call("scoped.thread");
                        } catch (Exception e) {
                            there[0] = e;
                        }
                    },
                    "another");
            other.start();
            other.join();

            assertThat(here).isEqualTo(Thread.currentThread().getName());
            assertThat(there[0]).isEqualTo("another");
        }
    }
}
