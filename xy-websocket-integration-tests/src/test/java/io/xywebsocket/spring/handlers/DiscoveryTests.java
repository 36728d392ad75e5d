package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyRpc;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

class DiscoveryTests {

    @Component
    static class Plain {
        @XyRpc("stock.level")
        int level() {
            return 7;
        }

        @XyRpc
        String reserve() {
            return "reserved";
        }

        @XyRpc("secret")
        private String hidden() {
            return "found";
        }

        @XyRpc
        static String constant() {
            return "static";
        }

        String notOffered() {
            return "";
        }
    }

    @Test
    void offersAnnotatedMethodsByTheirGivenNameOrTheMethodsName() throws Exception {
        try (Handlers handlers = Handlers.of(Plain.class)) {
            assertThat(handlers.functions()).containsExactlyInAnyOrder("stock.level", "reserve", "secret", "constant");
            assertThat(handlers.call("stock.level")).isEqualTo(7);
            assertThat(handlers.call("reserve")).isEqualTo("reserved");
            assertThat(handlers.call("secret")).isEqualTo("found");
            assertThat(handlers.call("constant")).isEqualTo("static");
        }
    }

    abstract static class Base {
        @XyRpc
        String inherited() {
            return "from the base";
        }

        @XyRpc
        abstract String overridden();
    }

    interface Contract {
        @XyRpc("contract.call")
        String declared();

        @XyRpc
        default String byDefault() {
            return "default";
        }
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @XyRpc
    @interface Query {
        @AliasFor(annotation = XyRpc.class, attribute = "value")
        String name();
    }

    @Component
    static class Derived extends Base implements Contract {
        @Override
        String overridden() {
            return "from the class";
        }

        @Override
        public String declared() {
            return "declared by the interface";
        }

        @Query(name = "composed")
        String query() {
            return "by a composed annotation";
        }
    }

    @Test
    void findsInheritedAndInterfaceMethodsAndComposedAnnotations() throws Exception {
        try (Handlers handlers = Handlers.of(Derived.class)) {
            assertThat(handlers.functions())
                    .containsExactlyInAnyOrder("inherited", "overridden", "contract.call", "byDefault", "composed");
            assertThat(handlers.call("inherited")).isEqualTo("from the base");
            assertThat(handlers.call("overridden")).isEqualTo("from the class");
            assertThat(handlers.call("contract.call")).isEqualTo("declared by the interface");
            assertThat(handlers.call("byDefault")).isEqualTo("default");
            assertThat(handlers.call("composed")).isEqualTo("by a composed annotation");
        }
    }

    @Configuration
    static class InterfaceTyped {
        @Bean
        Contract contract() {
            return new Derived();
        }

        @XyRpc
        String ofConfiguration() {
            return "configuration";
        }
    }

    @Test
    void looksAtTheBeanItselfWhereTheFactoryMethodReturnsAnInterface() throws Exception {
        try (Handlers handlers = Handlers.of(InterfaceTyped.class)) {
            assertThat(handlers.functions()).contains("inherited", "composed");
            assertThat(handlers.call("ofConfiguration")).isEqualTo("configuration");
        }
    }

    @Test
    void doesNotOfferTheViewOfARemoteSideAsItsOwn() {
        try (Handlers handlers = Handlers.of(
                context -> context.registerBean("remote", Contract.class, () -> (Contract) Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Contract.class},
                        (p, m, a) -> m.getName().equals("hashCode") ? (Object) 1 : "remote")))) {
            assertThat(handlers.functions()).isEmpty();
        }
    }

    @Component
    static class Rival {
        @XyRpc("stock.level")
        String other(String sku, int amount) {
            return sku + amount;
        }
    }

    @Test
    void endsTheStartUpWhenTwoBeansClaimOneFunction() {
        assertThat(Handlers.failureOf(Plain.class, Rival.class))
                .hasMessageContaining("'stock.level'")
                .hasMessageContaining("DiscoveryTests$Plain.level() of bean 'discoveryTests.Plain'")
                .hasMessageContaining("DiscoveryTests$Rival.other(String, int) of bean 'discoveryTests.Rival'");
    }

    @Component
    static class Overloaded {
        @XyRpc
        String move(String sku) {
            return sku;
        }

        @XyRpc
        String move(int amount) {
            return "" + amount;
        }
    }

    @Test
    void endsTheStartUpWhenOneBeanClaimsAFunctionTwice() {
        assertThat(Handlers.failureOf(Overloaded.class))
                .hasMessageContaining("Overloaded.move(String)")
                .hasMessageContaining("Overloaded.move(int)");
    }

    @Test
    void endsTheStartUpWhenAFunctionsNameIsTakenAlready() {
        assertThat(Handlers.failureOf(
                        handlers -> handlers.registered.register("stock.level", (name, payload, peer) -> null),
                        Plain.class))
                .hasMessageContaining("Plain.level()")
                .hasMessageContaining("'stock.level' has been registered by other means before");
    }

    @Component
    static class Both {
        @XyRpc
        @XyEvent
        void both() {}
    }

    @Test
    void endsTheStartUpWhenAMethodIsBothFunctionAndListener() {
        assertThat(Handlers.failureOf(Both.class))
                .hasMessageContaining("Both.both() of bean 'discoveryTests.Both'")
                .hasMessageContaining("@XyEvent as well");
    }

    @Component
    static class Same {
        @XyRpc("note")
        void call() {}

        @XyEvent("note")
        void event() {}
    }

    @Test
    void letsAFunctionAndAListenerHaveOneName() {
        try (Handlers handlers = Handlers.of(Same.class)) {
            assertThat(handlers.functions()).containsExactly("note");
            assertThat(handlers.registered.listeners).containsOnlyKeys("note");
        }
    }
}
