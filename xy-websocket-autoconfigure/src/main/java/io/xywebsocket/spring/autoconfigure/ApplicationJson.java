package io.xywebsocket.spring.autoconfigure;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xywebsocket.XyJson;
import io.xywebsocket.spring.json.Jackson3Json;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads by the application's own mapper: Jackson 3's if there is one, else Jackson 2's, else a plain one of ours. Of several it is the
 * one that Spring MVC gets, by the same names of what it is injected into.
 */
final class ApplicationJson {

    private static final String BEAN = "xyJson";

    private ApplicationJson() {}

    /** @throws MapperChoiceException if there are several, and nothing says which; or if it is not for JSON */
    static XyJson find(ConfigurableListableBeanFactory beans) {
        if (ClassUtils.isPresent("tools.jackson.databind.json.JsonMapper", beans.getBeanClassLoader())) {
            XyJson jackson3 = Jackson3.find(beans);
            if (jackson3 != null) {
                return jackson3;
            }
        }
        ObjectMapper mapper = (ObjectMapper) injected(beans, Jackson2.class, "objectMapper", ObjectMapper.class);
        if (mapper == null) {
            return XyJson.plain();
        }
        requireJson(mapper);
        return XyJson.jackson2(mapper);
    }

    /** Mappers of YAML and its likes are of that type too; as the only one, Spring Boot takes such a bean for the application's. */
    private static void requireJson(ObjectMapper mapper) {
        JsonFactory factory = mapper.getFactory(); // a mock has none
        String format = factory == null ? null : factory.getFormatName();
        if (format != null && !format.equals(JsonFactory.FORMAT_NAME_JSON)) {
            throw MapperChoiceException.foreign(mapper.getClass(), format);
        }
    }

    private static @Nullable Object injected(
            ConfigurableListableBeanFactory beans, Class<?> point, String name, Class<?> type) {
        Field field = ReflectionUtils.findField(point, name);
        Assert.state(field != null, name);
        try {
            return beans.resolveDependency(new DependencyDescriptor(field, false), BEAN);
        } catch (NoUniqueBeanDefinitionException e) {
            throw MapperChoiceException.several(type, name, e);
        }
    }

    /** Where Spring MVC has a Jackson 2 mapper injected; never made. */
    private static final class Jackson2 {
        @SuppressWarnings("unused")
        private @Nullable ObjectMapper objectMapper;
    }

    /** The same with Jackson 3. Reached only where that is. */
    private static final class Jackson3 {
        @SuppressWarnings("unused")
        private @Nullable JsonMapper jsonMapper;

        static @Nullable XyJson find(ConfigurableListableBeanFactory beans) {
            JsonMapper mapper = (JsonMapper) injected(beans, Jackson3.class, "jsonMapper", JsonMapper.class);
            return mapper == null ? null : Jackson3Json.of(mapper);
        }
    }
}
