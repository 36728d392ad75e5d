package io.xywebsocket.spring.handlers;

import static io.xywebsocket.spring.handlers.ValidationTests.rejected;
import static io.xywebsocket.spring.handlers.ValidationTests.validating;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyRpc;
import io.xywebsocket.spring.handlers.ValidationTests.Item;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.stereotype.Component;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;
import org.springframework.validation.beanvalidation.MethodValidationPostProcessor;
import org.springframework.validation.method.MethodValidationException;

/** Classes marked {@link Validated}, whose proxy Spring lets check the arguments. */
class ValidatedClassTests {

    @Validated
    @Component
    static class ValidatedFunctions {
        static final AtomicInteger ran = new AtomicInteger();

        @XyRpc
        String single(@Valid Item item) {
            ran.incrementAndGet();
            return "ok";
        }

        @XyRpc
        String several(@Positive(message = "must be greater than 0") int amount, @Valid Item item) {
            return "ok";
        }

        @XyRpc
        String list(List<@Valid Item> items) {
            return "ok";
        }

        @XyRpc
        @Positive(message = "must be greater than 0")
        int result() {
            return -1;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mapsWhatSpringsValidatingProxyThrows(boolean adapted) {
        ValidatedFunctions.ran.set(0);
        try (Handlers handlers = Handlers.of(proxied(adapted))) {
            assertThat(handlers.mapped("single", "{\"name\":\"nut\",\"amount\":0}"))
                    .satisfies(rejected("'amount' must be greater than 0", "amount"));
            assertThat(handlers.mapped("several", "{\"amount\":0,\"item\":{\"name\":\"\",\"amount\":1}}"))
                    .satisfies(rejected(
                            "'amount' must be greater than 0; 'item.name' must not be blank", "amount", "item.name"));
            assertThat(handlers.mapped("list", "[{\"name\":\"a\",\"amount\":0}]"))
                    .satisfies(rejected("'[0].amount' must be greater than 0", "[0].amount"));
            assertThat(ValidatedFunctions.ran).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesAResultThatFailsItsValidationAnInternalError(boolean adapted) {
        try (Handlers handlers = Handlers.of(proxied(adapted))) {
            assertThat(handlers.mapped("result", "1")).isNull();
        }
    }

    @Test
    void leavesTheValidationOfAClassMarkedValidatedToItsProxy() {
        try (Handlers handlers = Handlers.of(proxied(true))) {
            assertThatThrownBy(() -> handlers.call("single", "{\"name\":\"nut\",\"amount\":0}"))
                    .isInstanceOf(MethodValidationException.class);
        }
        try (Handlers handlers = validating(ValidatedFunctions.class)) {
            assertThatThrownBy(() -> handlers.call("single", "{\"name\":\"nut\",\"amount\":0}"))
                    .isInstanceOf(ConstraintViolationException.class);
        }
    }

    private static Consumer<AnnotationConfigApplicationContext> proxied(boolean adapted) {
        return context -> {
            context.registerBean("validator", LocalValidatorFactoryBean.class);
            context.registerBean(MethodValidationPostProcessor.class, () -> {
                MethodValidationPostProcessor processor = new MethodValidationPostProcessor();
                processor.setProxyTargetClass(true);
                processor.setAdaptConstraintViolations(adapted);
                return processor;
            });
            context.register(ValidatedFunctions.class);
        };
    }
}
