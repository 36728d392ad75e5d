package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.classpath.SmallerClassPath;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.stereotype.Component;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

/** Beans that are written in Kotlin: defaults and types that have no null. */
class KotlinTests {

    @Test
    void takesTheDefaultOfAMissingArgument() throws Exception {
        try (Handlers handlers = Handlers.of(KotlinFunctions.class)) {
            assertThat(handlers.call("wholeOrDefault")).isEqualTo("got default");
            assertThat(handlers.call("wholeOrDefault", "\"x\"")).isEqualTo("got x");
            assertThat(handlers.call("numberOrDefault")).isEqualTo(7);
            assertThat(handlers.call("numberOrDefault", "8")).isEqualTo(8);
            assertThat(handlers.call("defaulted", "{\"sku\":\"nut\"}")).isEqualTo("nut 2 peer-1 none 4");
            assertThat(handlers.call("defaulted", "{\"sku\":\"nut\",\"amount\":5,\"note\":null}"))
                    .isEqualTo("nut 5 peer-1 null 10");
            assertThat(handlers.call("defaulted", "{\"sku\":\"nut\",\"amount\":1,\"note\":\"n\",\"twice\":3}"))
                    .isEqualTo("nut 1 peer-1 n 3");
            assertThat(handlers.call("items", "{\"count\":1}")).isEqualTo("[a] 1");
            assertThat(handlers.call("optional")).isEqualTo("Optional[default]");
            assertThat(handlers.call("optional", "null")).isEqualTo("Optional.empty");
            assertThat(handlers.call("user")).isEqualTo("guest");
            assertThat(handlers.call("hidden")).isEqualTo("got default");
        }
    }

    @Test
    void rejectsWhatIsMissingWithoutADefaultByName() throws Exception {
        try (Handlers handlers = Handlers.of(KotlinFunctions.class)) {
            rejected(handlers.rejection("whole"), 400, "Missing payload");
            rejected(handlers.rejection("named", "{\"amount\":1}"), 400, "Missing value 'sku'");
            rejected(handlers.rejection("named", "{\"sku\":\"nut\"}"), 400, "Missing value 'amount'");
            rejected(handlers.rejection("defaulted", "{}"), 400, "Missing value 'sku'");
            rejected(handlers.rejection("somebody"), 401, "Not authenticated");
            assertThat(handlers.call("wholeOrNull")).isEqualTo("got null");
            assertThat(handlers.call("named", "{\"sku\":\"nut\",\"amount\":1}")).isEqualTo("nut 1 null");
        }
    }

    @Test
    void rejectsNullWhereTheTypeHasNone() throws Exception {
        try (Handlers handlers = Handlers.of(KotlinFunctions.class, KotlinHeir.class)) {
            rejected(handlers.rejection("whole", "null"), 400, "Invalid payload: must not be null");
            rejected(handlers.rejection("wholeOrDefault", "null"), 400, "Invalid payload: must not be null");
            rejected(handlers.rejection("numberOrDefault", "null"), 400, "Invalid payload: expected a number");
            rejected(
                    handlers.rejection("named", "{\"sku\":null,\"amount\":1}"),
                    400,
                    "Invalid value at 'sku': must not be null");
            rejected(
                    handlers.rejection("items", "{\"items\":null,\"count\":1}"),
                    400,
                    "Invalid value at 'items': must not be null");
            rejected(handlers.rejection("never", "null"), 400, "Invalid payload: must not be null");
            assertThat(handlers.call("maybe", "null")).isEqualTo("got null");
            assertThat(handlers.call("wholeOrNull", "null")).isEqualTo("got null");
        }
    }

    @Test
    void listenersHaveDefaultsToo() throws Exception {
        try (Handlers handlers = Handlers.of(KotlinFunctions.class)) {
            handlers.registered.listeners.get("heard").get(0).on("heard", XyPayload.none(), new FakePeer(null));
            handlers.send("heard", "\"x\"");
            assertThat(handlers.bean(KotlinFunctions.class).getHeard()).containsExactly("nothing", "x");
        }
    }

    @Test
    void functionsWithADefaultThrowThemselves() {
        try (Handlers handlers = Handlers.of(KotlinFunctions.class)) {
            rejected(handlers.rejection("failing"), 409, "default");
            rejected(handlers.rejection("failing", "\"x\""), 409, "x");
        }
    }

    @Test
    void inheritsDefaults() throws Exception {
        try (Handlers handlers = Handlers.of(KotlinHeir.class)) {
            assertThat(handlers.call("inherited")).isEqualTo("heir default");
        }
    }

    @Aspect
    @Component
    static class Counter {
        final AtomicInteger calls = new AtomicInteger();

        @Around("within(io.xywebsocket.spring.handlers.Kotlin*Bean)")
        Object count(ProceedingJoinPoint point) throws Throwable {
            calls.incrementAndGet();
            return point.proceed();
        }
    }

    @Configuration
    @EnableAspectJAutoProxy
    static class Proxies {}

    @Test
    void takesDefaultsThroughProxies() throws Exception {
        try (Handlers handlers =
                Handlers.of(Proxies.class, Counter.class, KotlinOpenBean.class, KotlinContractBean.class)) {
            assertThat(AopUtils.isCglibProxy(handlers.bean(KotlinOpenBean.class)))
                    .isTrue();
            assertThat(AopUtils.isJdkDynamicProxy(handlers.bean(KotlinContract.class)))
                    .isTrue();

            assertThat(handlers.call("open", "{\"sku\":\"nut\"}")).isEqualTo("nut 3");
            assertThat(handlers.bean(Counter.class).calls).hasValue(1);
            assertThat(handlers.call("greet", "{\"polite\":true}")).isEqualTo("hello you true");
            assertThat(handlers.call("greet", "{\"polite\":true}")).isEqualTo("hello you true");
            assertThat(handlers.bean(Counter.class).calls).hasValue(3);
            rejected(handlers.rejection("greet", "{\"name\":\"ann\"}"), 400, "Missing value 'polite'");
        }
        try (Handlers handlers = Handlers.of(KotlinContractBean.class)) {
            assertThat(handlers.call("greet", "{\"polite\":true}")).isEqualTo("hello you true");
        }
    }

    @Test
    void constraintsAreCheckedOfWhatWasSent() throws Exception {
        try (Handlers handlers = Handlers.of(KotlinFunctions.class, LocalValidatorFactoryBean.class)) {
            assertThat(handlers.call("weighed", "{\"weight\":1}")).isEqualTo("1 ann 9");
            assertThat(handlers.mapped("weighed", "{\"weight\":0}")).hasMessageContaining("weight");
            assertThat(handlers.mapped("weighed", "{\"weight\":1,\"by\":\"\"}")).hasMessageContaining("by");
            assertThat(handlers.mapped("weighed", "{\"weight\":1,\"limit\":4}")).hasMessageContaining("limit");
        }
    }

    @Test
    void answersUnitWithoutAValue() throws Exception {
        try (Handlers handlers = Handlers.of(KotlinFunctions.class)) {
            assertThat(handlers.call("unit")).isSameAs(XyPayload.none());
            assertThat(handlers.call("unitOrNull")).isSameAs(XyPayload.none());
            for (String later : List.of("unitLater", "unitMono")) {
                assertThat(((CompletableFuture<?>) handlers.call(later)).join()).isSameAs(XyPayload.none());
            }
        }
    }

    @Test
    void rejectsAMissingArgumentWhereAValueClassHidesTheDefault() throws Exception {
        try (Handlers handlers = Handlers.of(KotlinValueClass.class)) {
            assertThat(handlers.call("priced", "{\"sku\":\"nut\",\"amount\":2}"))
                    .isEqualTo("nut 2");
            rejected(handlers.rejection("priced", "{\"sku\":\"nut\"}"), 400, "Missing value 'amount'");
        }
    }

    @Test
    void refusesSuspendingFunctions() {
        assertThat(Handlers.failureOf(KotlinSuspending.class))
                .isInstanceOf(HandlerDefinitionException.class)
                .hasMessageContaining("suspending");
    }

    /** What runs without Kotlin. */
    public static final class Application implements Callable<List<?>> {
        @Override
        public List<?> call() throws Exception {
            try (Handlers handlers = Handlers.of(ArgumentTests.Functions.class)) {
                return List.of(handlers.call("doubled", "21"), handlers.call("text", "null"));
            }
        }
    }

    @Test
    void othersNeedNothingOfKotlin() throws Exception {
        assertThat(SmallerClassPath.without(
                        Pattern.compile("^kotlin-.*\\.jar$"), "kotlin.reflect.KParameter", Application.class))
                .isEqualTo(List.of(42, "got null"));
    }

    /** What runs with Kotlin's library, but without its reflection: then its types are like Java's. */
    public static final class WithoutReflection implements Callable<List<?>> {
        @Override
        public List<?> call() throws Exception {
            try (Handlers handlers = Handlers.of(KotlinHeir.class)) {
                return List.of(
                        handlers.call("inherited", "\"x\""),
                        handlers.rejection("inherited").getMessage());
            }
        }
    }

    @Test
    void kotlinBeansRunWithoutItsReflection() throws Exception {
        assertThat(SmallerClassPath.without(
                        Pattern.compile("^kotlin-reflect.*\\.jar$"),
                        "kotlin.reflect.full.KClasses",
                        WithoutReflection.class))
                .isEqualTo(List.of("heir x", "Missing payload"));
    }

    private static void rejected(XyException rejection, int status, String message) {
        assertThat(rejection).isNotNull().hasMessage(message);
        assertThat(rejection.status()).isEqualTo(status);
    }
}
