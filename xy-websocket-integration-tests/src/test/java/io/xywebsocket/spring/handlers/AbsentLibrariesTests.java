package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyEvent;
import io.xywebsocket.XyRpc;
import io.xywebsocket.classpath.SmallerClassPath;
import io.xywebsocket.spring.errors.SpringErrorMappers;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.validation.beanvalidation.OptionalValidatorFactoryBean;

class AbsentLibrariesTests {

    private static final Pattern OPTIONAL = Pattern.compile(
            "^(jakarta.validation|hibernate-validator|spring-security|reactor|reactive-streams|rxjava).*\\.jar$");

    @Component
    static class Functions {
        @XyRpc
        int doubled(int amount) {
            return amount * 2;
        }

        @XyRpc
        CompletionStage<String> stage() {
            return CompletableFuture.completedFuture("s");
        }

        @XyRpc
        Object anything() {
            return "o";
        }
    }

    /** What runs without the optional libraries. */
    public static final class Application implements Callable<List<?>> {
        @Override
        public List<?> call() throws Exception {
            try (Handlers handlers = Handlers.of(Functions.class)) {
                List<XyErrorMapper> mappers = new ArrayList<>(ValidationErrorMappers.available(null));
                mappers.addAll(SpringErrorMappers.available(null));
                mappers.forEach(mapper ->
                        assertThat(mapper.map(new IllegalStateException())).isNull());
                return List.of(
                        handlers.call("doubled", "21"),
                        ((CompletableFuture<?>) handlers.call("stage")).join(),
                        handlers.call("anything"));
            }
        }
    }

    @Component
    static class Constrained {
        @XyRpc
        int weigh(@Min(1) int weight) {
            return weight;
        }
    }

    @Component
    static class ConstrainedWithin {
        @XyEvent
        void weights(List<@Min(1) Integer> weights) {}
    }

    interface Contract {
        @XyRpc
        int declared(@Valid Object parcel);
    }

    @Component
    static class ConstrainedByItsContract implements Contract {
        @Override
        public int declared(Object parcel) {
            return 1;
        }
    }

    /** What runs without the API of validation: the handlers that a warning names. */
    public static final class WithoutValidation implements Callable<List<String>> {
        @Override
        public List<String> call() throws Exception {
            ListAppender<ILoggingEvent> appender = new ListAppender<>();
            Logger logger = (Logger) LoggerFactory.getLogger(UncheckedConstraints.class);
            appender.start();
            logger.addAppender(appender);
            try (Handlers handlers = Handlers.of(
                    Functions.class, Constrained.class, ConstrainedWithin.class, ConstrainedByItsContract.class)) {
                assertThat(handlers.call("weigh", "0")).isEqualTo(0);
            }
            return appender.list.stream()
                    .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                    .toList();
        }
    }

    @Test
    void oneWarningNamesTheHandlersWhoseConstraintsNobodyChecks() throws Exception {
        List<?> warnings =
                (List<?>) SmallerClassPath.without(OPTIONAL, "jakarta.validation.Valid", WithoutValidation.class);
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("WARN Jakarta Validation is not on the class path")
                .contains("Constrained.weigh(int) of bean", "ConstrainedWithin.weights(List)", "declared(Object)")
                .doesNotContain("doubled");
    }

    private static final Pattern PROVIDER = Pattern.compile("^hibernate-validator.*\\.jar$");

    /** What runs with the API of validation and nothing behind it. */
    public static final class WithoutAProvider implements Callable<List<String>> {
        @Override
        public List<String> call() throws Exception {
            List<String> seen = new ArrayList<>();
            for (Class<?> component : List.of(Functions.class, Constrained.class, ConstrainedWithin.class)) {
                for (boolean spring : new boolean[] {false, true}) {
                    try (Handlers handlers = Handlers.of(context -> {
                        context.register(component);
                        if (spring) { // as Spring MVC's own without a provider
                            context.registerBean(OptionalValidatorFactoryBean.class);
                        }
                    })) {
                        seen.add("started");
                    } catch (HandlerDefinitionException e) {
                        seen.add(e.getMessage() + " " + e.action());
                    }
                }
            }
            return seen;
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void constraintsThatNothingCanCheckEndTheStartUpWithAnExplanation() throws Exception {
        List<String> seen = (List<String>) SmallerClassPath.without(
                PROVIDER, "org.hibernate.validator.HibernateValidator", WithoutAProvider.class);
        assertThat(seen.subList(0, 2)).containsOnly("started");
        assertThat(seen.subList(2, 4)).allSatisfy(text -> assertThat(text)
                .contains("Constrained.weigh(int)", "no provider", "spring-boot-starter-validation"));
        assertThat(seen.subList(4, 6)).allSatisfy(text -> assertThat(text).contains("weights(List)", "no provider"));
    }

    @Test
    void runsWithoutValidationSecurityAndReactiveStreams() throws Exception {
        assertThat(SmallerClassPath.without(OPTIONAL, "jakarta.validation.Valid", Application.class))
                .isEqualTo(List.of(42, "s", "o"));
    }
}
