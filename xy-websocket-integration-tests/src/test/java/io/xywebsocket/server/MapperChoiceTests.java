package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.xywebsocket.XyJson;
import io.xywebsocket.spring.autoconfigure.XyClientAutoConfiguration;
import io.xywebsocket.spring.autoconfigure.XyWebSocketAutoConfiguration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/** Which of several mappers binds the payloads: the one that Spring MVC takes, or the start-up ends. */
@ExtendWith(OutputCaptureExtension.class)
class MapperChoiceTests {

    private static final boolean JACKSON_3 =
            ClassUtils.isPresent("tools.jackson.databind.json.JsonMapper", MapperChoiceTests.class.getClassLoader());

    /** By what name of an injection point Spring MVC gets its mapper. */
    private static final String MVC_NAME = JACKSON_3 ? "jsonMapper" : "objectMapper";

    record Order(int orderNumber) {}

    private final WebApplicationContextRunner application = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(XyWebSocketAutoConfiguration.class));

    /** Mappers of the line of Spring Boot that the tests run on. */
    private static final class Mappers {

        private final BeanDefinitionRegistry registry;

        Mappers(BeanDefinitionRegistry registry) {
            this.registry = registry;
        }

        RootBeanDefinition kebab(String bean) {
            return add(bean, JACKSON_3 ? jackson3("KEBAB_CASE") : jackson2("KEBAB_CASE"));
        }

        RootBeanDefinition snake(String bean) {
            return add(bean, JACKSON_3 ? jackson3("SNAKE_CASE") : jackson2("SNAKE_CASE"));
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        RootBeanDefinition add(String bean, Object mapper) {
            RootBeanDefinition definition = new RootBeanDefinition((Class) mapper.getClass(), () -> mapper);
            registry.registerBeanDefinition(bean, definition);
            return definition;
        }
    }

    static ObjectMapper jackson2(String strategy) {
        return new ObjectMapper()
                .setPropertyNamingStrategy(
                        strategy.equals("KEBAB_CASE")
                                ? PropertyNamingStrategies.KEBAB_CASE
                                : PropertyNamingStrategies.SNAKE_CASE);
    }

    /** By reflection: on the older line these classes are not there to be compiled against. */
    static Object jackson3(String strategy) {
        try {
            Object builder = Class.forName("tools.jackson.databind.json.JsonMapper")
                    .getMethod("builder")
                    .invoke(null);
            Object naming = Class.forName("tools.jackson.databind.PropertyNamingStrategies")
                    .getField(strategy)
                    .get(null);
            Class<?> type = Class.forName("tools.jackson.databind.cfg.MapperBuilder");
            type.getMethod("propertyNamingStrategy", Class.forName("tools.jackson.databind.PropertyNamingStrategy"))
                    .invoke(builder, naming);
            return type.getMethod("build").invoke(builder);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void with(Consumer<Mappers> mappers, ContextConsumer<AssertableWebApplicationContext> then) {
        application
                .withInitializer(
                        context -> mappers.accept(new Mappers((BeanDefinitionRegistry) context.getBeanFactory())))
                .run(then);
    }

    private static ContextConsumer<AssertableWebApplicationContext> writes(String json) {
        return context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(XyJson.class).write(new Order(1))).isEqualTo(json);
        };
    }

    private static ContextConsumer<AssertableWebApplicationContext> fails(String... parts) {
        return context -> {
            assertThat(context).hasFailed();
            Throwable failure = context.getStartupFailure();
            while (!failure.getClass().getSimpleName().equals("MapperChoiceException")) {
                failure = failure.getCause();
                assertThat(failure).isNotNull();
            }
            assertThat(failure.getMessage()).contains(parts);
        };
    }

    @Test
    void noneIsAPlainOne() {
        with(mappers -> {}, writes("{\"orderNumber\":1}"));
    }

    @Test
    void theOnlyOneIsTaken() {
        with(mappers -> mappers.kebab("any"), writes("{\"order-number\":1}"));
    }

    @Test
    void severalOfWhichNothingSaysWhichEndTheStartUp() {
        with(
                mappers -> {
                    mappers.kebab("kebabs");
                    mappers.snake("snakes");
                },
                fails("'kebabs'", "'snakes'", "nothing says which"));
    }

    @Test
    void thePrimaryOneIsTaken() {
        with(
                mappers -> {
                    mappers.kebab("kebabs");
                    mappers.snake("snakes").setPrimary(true);
                },
                writes("{\"order_number\":1}"));
    }

    @Test
    void theOneIsTakenWhoseNameSpringMvcAsksFor() {
        with(
                mappers -> {
                    mappers.kebab("kebabs");
                    mappers.snake(MVC_NAME);
                },
                writes("{\"order_number\":1}"));
    }

    @Test
    void thoseThatAreNoCandidatesDoNotCount() {
        with(
                mappers -> {
                    mappers.kebab("kebabs").setAutowireCandidate(false);
                    mappers.snake("snakes");
                    mappers.kebab("more").setDefaultCandidate(false);
                },
                writes("{\"order_number\":1}"));
        with(mappers -> mappers.kebab("kebabs").setAutowireCandidate(false), writes("{\"orderNumber\":1}"));
    }

    @Test
    void anXyJsonOfTheApplicationsSettlesIt() {
        application
                .withBean("own", XyJson.class, () -> XyJson.jackson2(jackson2("SNAKE_CASE")))
                .withInitializer(context -> {
                    Mappers mappers = new Mappers((BeanDefinitionRegistry) context.getBeanFactory());
                    mappers.kebab("kebabs");
                    mappers.kebab("more");
                })
                .run(writes("{\"order_number\":1}"));
    }

    @Test
    void jackson3GoesBeforeJackson2HoweverManyThereAre() {
        Assumptions.assumeTrue(JACKSON_3);
        with(
                mappers -> {
                    mappers.kebab("kebabs");
                    mappers.add("old", jackson2("SNAKE_CASE"));
                    mappers.add("older", jackson2("SNAKE_CASE"));
                },
                writes("{\"order-number\":1}"));
        with(
                mappers -> {
                    mappers.kebab("kebabs");
                    mappers.snake("snakes");
                    mappers.add("old", jackson2("SNAKE_CASE"));
                },
                fails("'kebabs'", "'snakes'"));
    }

    /** As of those for YAML, CBOR and others. */
    static class Yaml extends JsonFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public String getFormatName() {
            return "YAML";
        }
    }

    @Test
    void aMapperThatIsNotForJsonEndsTheStartUp() {
        with(mappers -> mappers.add("yaml", new ObjectMapper(new Yaml())), fails("writes YAML"));
        with(
                mappers -> {
                    mappers.add("yaml", new ObjectMapper(new Yaml()));
                    mappers.add("json", jackson2("SNAKE_CASE")).setPrimary(true);
                },
                writes("{\"order_number\":1}"));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(XyClientAutoConfiguration.class)
    static class Clients {}

    @Test
    void theFailureSaysWhatToDo(CapturedOutput output) {
        SpringApplication clients = new SpringApplication(Clients.class);
        clients.setWebApplicationType(WebApplicationType.NONE);
        clients.addInitializers(context -> {
            Mappers mappers = new Mappers((BeanDefinitionRegistry) context.getBeanFactory());
            mappers.kebab("kebabs");
            mappers.snake("snakes");
        });
        Throwable failure = catchThrowable(() -> clients.run().close());
        assertThat(failure).isNotNull();
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("'kebabs', 'snakes'")
                .contains("Mark one of them with @Primary or call it '" + MVC_NAME + "'");
    }
}
