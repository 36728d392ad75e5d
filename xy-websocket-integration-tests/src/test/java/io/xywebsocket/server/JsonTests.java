package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyRpc;
import java.lang.reflect.Type;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

/** Payloads are the business of the application's own mapper, be it Jackson 2's or Jackson 3's. */
class JsonTests {

    private static final String CALL = "{\"e\":\"c.next\",\"p\":PAYLOAD,\"id\":1}";

    /** What the line of Spring Boot that the tests run on has as its mapper. */
    private static final boolean JACKSON_3 =
            ClassUtils.isPresent("tools.jackson.databind.json.JsonMapper", JsonTests.class.getClassLoader());

    record Order(int orderNumber, @Nullable String placedBy) {}

    static class Orders {
        @XyRpc
        Order next(Order order) {
            return new Order(order.orderNumber() + 1, null);
        }
    }

    /** A mapper of the application's own that has kebabs. */
    static class OwnMapper implements ImportBeanDefinitionRegistrar {

        @Override
        @SuppressWarnings({"unchecked", "rawtypes"})
        public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
            Object mapper = JACKSON_3
                    ? jackson3()
                    : new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
            registry.registerBeanDefinition(
                    "kebabMapper", new RootBeanDefinition((Class) mapper.getClass(), () -> mapper));
        }

        /** By reflection: on the older line these classes are not there to be compiled against. */
        private static Object jackson3() {
            try {
                Object builder = Class.forName("tools.jackson.databind.json.JsonMapper")
                        .getMethod("builder")
                        .invoke(null);
                Class<?> strategy = Class.forName("tools.jackson.databind.PropertyNamingStrategy");
                Object kebabs = Class.forName("tools.jackson.databind.PropertyNamingStrategies")
                        .getField("KEBAB_CASE")
                        .get(null);
                Class<?> type = Class.forName("tools.jackson.databind.cfg.MapperBuilder");
                type.getMethod("propertyNamingStrategy", strategy).invoke(builder, kebabs);
                return type.getMethod("build").invoke(builder);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(OwnMapper.class)
    static class WithOwnMapper {}

    @Configuration(proxyBeanMethods = false)
    static class WithOwnJson {
        @Bean
        XyJson shouting() {
            XyJson plain = XyJson.jackson2(new ObjectMapper());
            return new XyJson() {
                @Override
                public @Nullable Object read(String json, Type type) {
                    return plain.read(json, type);
                }

                @Override
                public String write(@Nullable Object value) {
                    return plain.write(value).replace("null", "\"nobody\"").toUpperCase(Locale.ROOT);
                }
            };
        }
    }

    private static String answer(App app, String payload) {
        try (RawClient client = app.connect()) {
            return Json.payload(client.ask(CALL.replace("PAYLOAD", payload))).toString();
        }
    }

    @Test
    void followsTheSettingsOfTheApplicationsMapper() {
        try (App app = App.with(
                        "spring.jackson.property-naming-strategy=SNAKE_CASE",
                        "spring.jackson.default-property-inclusion=non_null")
                .start(Orders.class)) {
            assertThat(app.bean(XyJson.class).getClass().getSimpleName())
                    .isEqualTo(JACKSON_3 ? "Jackson3Json" : "Jackson2Json");
            assertThat(answer(app, "{\"order_number\":1,\"placed_by\":\"Ada\"}"))
                    .isEqualTo("{\"order_number\":2}");
        }
    }

    @Test
    void isDoneByTheApplicationsOwnMapper() {
        try (App app = App.of(Orders.class, WithOwnMapper.class)) {
            assertThat(answer(app, "{\"order-number\":1}")).isEqualTo("{\"order-number\":2,\"placed-by\":null}");
        }
    }

    @Test
    void isDoneByTheApplicationsXyJsonIfThereIsOne() {
        try (App app = App.of(Orders.class, WithOwnJson.class)) {
            assertThat(answer(app, "{\"orderNumber\":1}")).isEqualTo("{\"ORDERNUMBER\":2,\"PLACEDBY\":\"NOBODY\"}");
        }
    }
}
