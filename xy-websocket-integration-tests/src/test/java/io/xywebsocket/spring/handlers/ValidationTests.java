package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.xywebsocket.XyException;
import io.xywebsocket.XyRpc;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.stereotype.Component;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.BindException;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

class ValidationTests {

    interface Strict {}

    record Item(
            @NotBlank(message = "must not be blank") String name,
            @Positive(message = "must be greater than 0") int amount,
            @Size(max = 3, groups = Strict.class, message = "is too long") String code) {}

    record Order(@Valid List<Item> items) {}

    public static class Named {
        private String name = "";

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }
    }

    @Component
    static class Functions {
        @XyRpc
        String single(@Valid Item item) {
            return "ok";
        }

        @XyRpc
        String deep(@Valid Order order) {
            return "ok";
        }

        @XyRpc
        String list(List<@Valid Item> items) {
            return "ok";
        }

        @XyRpc
        String several(
                @NotBlank(message = "must not be blank") String sku,
                @Positive(message = "must be greater than 0") int amount,
                @Valid Item item) {
            return "ok";
        }

        @XyRpc
        String scalar(@Positive(message = "must be greater than 0") int amount) {
            return "ok";
        }

        @XyRpc
        String grouped(@Validated(Strict.class) Item item) {
            return "ok";
        }

        @XyRpc
        String groupedOfSeveral(@Validated(Strict.class) Item item, @Nullable String note) {
            return "ok";
        }

        @XyRpc
        @NotNull(message = "must not be null")
        String unchecked() {
            return "ok";
        }

        @XyRpc
        String bound() throws BindException {
            BeanPropertyBindingResult errors = new BeanPropertyBindingResult(new Named(), "named");
            errors.rejectValue("name", "code", "is taken");
            throw new BindException(errors);
        }
    }

    @Test
    void namesTheFieldOfASinglePayloadParameter() {
        try (Handlers handlers = validating(Functions.class)) {
            assertThat(handlers.mapped("single", "{\"name\":\"nut\",\"amount\":0}"))
                    .satisfies(rejected("'amount' must be greater than 0", "amount"));
            assertThat(handlers.mapped(
                            "deep", "{\"items\":[{\"name\":\"a\",\"amount\":1},{\"name\":\"a\",\"amount\":0}]}"))
                    .satisfies(rejected("'items[1].amount' must be greater than 0", "items[1].amount"));
            assertThat(handlers.mapped("list", "[{\"name\":\"a\",\"amount\":0}]"))
                    .satisfies(rejected("'[0].amount' must be greater than 0", "[0].amount"));
            assertThat(handlers.mapped("scalar", "-1")).satisfies(rejected("Payload must be greater than 0", ""));
        }
    }

    @Test
    void namesTheParameterWhereThereAreSeveral() {
        try (Handlers handlers = validating(Functions.class)) {
            assertThat(handlers.mapped(
                            "several", "{\"sku\":\" \",\"amount\":0,\"item\":{\"name\":\"a\",\"amount\":0}}"))
                    .satisfies(rejected(
                            "'amount' must be greater than 0; 'item.amount' must be greater than 0;"
                                    + " 'sku' must not be blank",
                            "amount",
                            "item.amount",
                            "sku"));
        }
    }

    @Test
    void runsTheMethodWhenAllIsWell() throws Exception {
        try (Handlers handlers = validating(Functions.class)) {
            assertThat(handlers.call("single", "{\"name\":\"nut\",\"amount\":1}"))
                    .isEqualTo("ok");
            assertThat(handlers.call("single", "{\"name\":\"nut\",\"amount\":1,\"code\":\"too long\"}"))
                    .isEqualTo("ok");
            assertThat(handlers.call("unchecked")).isEqualTo("ok");
        }
    }

    @Test
    void validatesInTheGroupsThatAParameterNames() {
        try (Handlers handlers = validating(Functions.class)) {
            assertThat(handlers.mapped("grouped", "{\"amount\":1,\"code\":\"long\"}"))
                    .satisfies(rejected("'code' is too long", "code"));
            assertThat(handlers.mapped("groupedOfSeveral", "{\"item\":{\"amount\":1,\"code\":\"long\"}}"))
                    .satisfies(rejected("'item.code' is too long", "item.code"));
        }
    }

    interface Api {
        @XyRpc
        String check(@Valid Item item);
    }

    @Component
    @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.INTERFACES)
    static class ScopedApi implements Api {
        @Override
        public String check(Item item) {
            return "ok";
        }
    }

    @Test
    void validatesBehindAProxyByTheConstraintsOfTheInterface() {
        try (Handlers handlers = Handlers.of(context -> {
            context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
            context.registerBean(LocalValidatorFactoryBean.class);
            context.register(ScopedApi.class);
        })) {
            assertThat(handlers.mapped("check", "{\"name\":\"nut\",\"amount\":0}"))
                    .satisfies(rejected("'amount' must be greater than 0", "amount"));
        }
    }

    interface Loose {
        String check(Item item);
    }

    @Component
    static class Strengthened implements Loose {
        @Override
        @XyRpc
        public String check(@Valid Item item) {
            return "ok";
        }
    }

    @Test
    void endsTheStartUpWhenTheConstraintsContradictAnInterface() {
        assertThat(catchThrowable(() -> validating(Strengthened.class).close()))
                .hasMessageContaining("Strengthened.check(Item)")
                .hasMessageContaining("HV000151");
    }

    @Test
    void mapsBindExceptions() {
        try (Handlers handlers = validating(Functions.class)) {
            assertThat(handlers.mapped("bound", "1")).satisfies(rejected("'name' is taken", "name"));
        }
    }

    @Test
    void keepsTheAnswerToVeryManyFaultsSmall() {
        try (Handlers handlers = validating(Functions.class)) {
            XyException mapped =
                    handlers.mapped("list", "[" + "{\"name\":\"\",\"amount\":0},".repeat(999) + "{\"amount\":1}]");
            assertThat(errors(mapped)).hasSize(20);
            assertThat(mapped.getMessage()).hasSizeLessThan(1000);
        }
    }

    @Test
    void validatesNothingWithoutAValidator() throws Exception {
        try (Handlers handlers = Handlers.of(Functions.class)) {
            assertThat(handlers.call("scalar", "-1")).isEqualTo("ok");
        }
    }

    static class Unconstrained {
        @XyRpc
        String free(String text) {
            return text;
        }
    }

    @Test
    void endsTheStartUpWhereNothingSaysWhichOfSeveralValidatorsIsMeant() throws Exception {
        assertThat(catchThrowable(() -> withTwoValidators(Functions.class).close()))
                .isInstanceOf(HandlerDefinitionException.class)
                .hasMessageContaining("several Validator beans")
                .hasMessageContaining("[one, other]");
        try (Handlers handlers = withTwoValidators(Unconstrained.class)) {
            assertThat(handlers.call("free", "\"a\"")).isEqualTo("a");
        }
    }

    private static Handlers withTwoValidators(Class<?> component) {
        return Handlers.of(context -> {
            context.registerBean("one", LocalValidatorFactoryBean.class);
            context.registerBean("other", LocalValidatorFactoryBean.class);
            context.register(component);
        });
    }

    static Handlers validating(Class<?>... components) {
        return Handlers.of(context -> {
            context.registerBean(LocalValidatorFactoryBean.class);
            context.register(components);
        });
    }

    static Consumer<XyException> rejected(String message, String... fields) {
        return rejection -> {
            assertThat(rejection).hasMessage(message);
            assertThat(rejection.status()).isEqualTo(400);
            assertThat(rejection.details()).containsOnlyKeys("errors");
            List<Map<String, String>> errors = errors(rejection);
            assertThat(errors.stream().map(error -> error.get("field"))).containsExactly(fields);
            assertThat(errors).allSatisfy(error -> assertThat(message).contains(error.get("message")));
        };
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, String>> errors(XyException rejection) {
        return (List<Map<String, String>>) rejection.details().get("errors");
    }
}
