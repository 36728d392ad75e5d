package io.xywebsocket.spring.autoconfigure;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xywebsocket.XyJson;
import io.xywebsocket.spring.json.Jackson3Json;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

/** Payloads by the application's own mapper: Jackson 3's if there is one, else Jackson 2's, else a plain one of ours. */
final class ApplicationJson {

    private ApplicationJson() {}

    static XyJson find(ConfigurableListableBeanFactory beans) {
        if (ClassUtils.isPresent("tools.jackson.databind.json.JsonMapper", beans.getBeanClassLoader())) {
            XyJson jackson3 = Jackson3.find(beans);
            if (jackson3 != null) {
                return jackson3;
            }
        }
        ObjectMapper mapper = beans.getBeanProvider(ObjectMapper.class).getIfUnique();
        return mapper == null ? XyJson.plain() : XyJson.jackson2(mapper);
    }

    /** Reached only where Jackson 3 is. */
    private static final class Jackson3 {

        static @Nullable XyJson find(BeanFactory beans) {
            JsonMapper mapper = beans.getBeanProvider(JsonMapper.class).getIfUnique();
            return mapper == null ? null : Jackson3Json.of(mapper);
        }
    }
}
