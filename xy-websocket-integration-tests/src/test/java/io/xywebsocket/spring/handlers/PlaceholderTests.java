package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyEvent;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyRpc;
import io.xywebsocket.client.XyClient;
import io.xywebsocket.spring.XyClientHandler;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.env.MapPropertySource;

class PlaceholderTests {

    static class Named {
        @XyRpc("${shop.prefix}.level")
        int level() {
            return 1;
        }

        @XyRpc("${shop.other:fallback}.take")
        int take() {
            return 2;
        }

        @XyRpc("#{'a'.concat('b')}")
        int computed() {
            return 3;
        }

        @XyRpc("$plain#}")
        int plain() {
            return 4;
        }

        @XyEvent("${shop.prefix}.note")
        void note() {}
    }

    static class Unresolvable {
        @XyRpc("${shop.prefixx}.level")
        int level() {
            return 1;
        }
    }

    static class Empty {
        @XyEvent("${shop.empty:}")
        void level() {}
    }

    static class TooLong {
        @XyEvent("#{'n'.repeat(201)}")
        void note() {}
    }

    static class Twice {
        @XyRpc("stock.level")
        int level() {
            return 1;
        }

        @XyRpc("${shop.prefix}.level")
        int again() {
            return 1;
        }
    }

    static class OfAClient {
        @XyRpc("${shop.prefix}.call")
        @XyClientHandler("${shop.client}")
        int called() {
            return 1;
        }
    }

    static class OfNoClient {
        @XyRpc
        @XyClientHandler("${shop.nobody}")
        int called() {
            return 1;
        }
    }

    private static Consumer<AnnotationConfigApplicationContext> with(Class<?> component) {
        return context -> {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource(
                            "test", Map.<String, Object>of("shop.prefix", "stock", "shop.client", "north")));
            context.register(component);
        };
    }

    @Test
    void areResolvedInNames() throws Exception {
        try (Handlers handlers = Handlers.of(with(Named.class))) {
            assertThat(handlers.functions())
                    .containsExactlyInAnyOrder("stock.level", "fallback.take", "ab", "$plain#}");
            assertThat(handlers.registered.listeners).containsOnlyKeys("stock.note");
            assertThat(handlers.call("stock.level")).isEqualTo(1);
        }
    }

    @Test
    void endTheStartUpWhereTheyCannotBeResolved() {
        for (boolean strict : new boolean[] {false, true}) { // as a bare context, and as one of Spring Boot's
            assertThatThrownBy(() -> Handlers.of(context -> {
                        with(Unresolvable.class).accept(context);
                        if (strict) {
                            context.registerBean(PropertySourcesPlaceholderConfigurer.class);
                        }
                    }))
                    .isInstanceOf(HandlerDefinitionException.class)
                    .hasMessageContainingAll(
                            "@XyRpc(\"${shop.prefixx}.level\")",
                            "Unresolvable.level() of bean 'placeholderTests.Unresolvable'",
                            "can't be resolved")
                    .extracting(e -> ((HandlerDefinitionException) e).action())
                    .asString()
                    .contains("Set the property");
        }
        assertThatThrownBy(() -> Handlers.of(with(Empty.class)))
                .isInstanceOf(HandlerDefinitionException.class)
                .hasMessageContaining("can't be resolved: it is ''");
    }

    @Test
    void areResolvedBeforeTwoFunctionsOfOneNameAreFound() {
        assertThatThrownBy(() -> Handlers.of(with(Twice.class)))
                .hasMessageContaining("Two methods claim the function 'stock.level'");
    }

    @Test
    void areResolvedInNamesOfClients() {
        RecordedHandlers north = new RecordedHandlers();
        try (AnnotationConfigApplicationContext context = offeredTo(Map.of("north", north), OfAClient.class)) {
            context.refresh();
            assertThat(north.functions).containsOnlyKeys("stock.call");
        }
        try (AnnotationConfigApplicationContext context = offeredTo(Map.of("north", north), OfNoClient.class)) {
            assertThatThrownBy(context::refresh)
                    .isInstanceOf(HandlerDefinitionException.class)
                    .hasMessageContainingAll("@XyClientHandler(\"${shop.nobody}\")", "can't be resolved");
        }
    }

    private static AnnotationConfigApplicationContext offeredTo(Map<String, XyHandlers> clients, Class<?> component) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        with(component).accept(context);
        context.registerBean(
                AnnotatedHandlers.class,
                () -> new AnnotatedHandlers(context.getBeanFactory(), null, clients, true, XyLimits.DEFAULT));
        return context;
    }

    interface Contract {
        @XyRpc("${shop.prefix}.level")
        int level();
    }

    @Test
    void areRefusedInContractsOfProxies() {
        try (XyClient client =
                XyClient.builder(URI.create("ws://localhost:1/ws")).build()) {
            assertThatThrownBy(() -> client.proxy(Contract.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'${shop.prefix}.level'");
        }
    }

    @Test
    void aNameThatIsTooLongEndsTheStartUpAndSaysWhere() {
        assertThatThrownBy(() -> Handlers.of(with(TooLong.class)))
                .isInstanceOf(HandlerDefinitionException.class)
                .hasMessageContainingAll("TooLong.note()", "its name has more than 200 characters");
    }
}
