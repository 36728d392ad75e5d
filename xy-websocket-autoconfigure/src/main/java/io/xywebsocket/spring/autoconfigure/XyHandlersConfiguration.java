package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyJson;
import io.xywebsocket.spring.handlers.AnnotatedHandlers;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What an application needs whose beans are called over connections, whichever side opens them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(XyWebSocketProperties.class)
class XyHandlersConfiguration {

    @Bean
    @ConditionalOnMissingBean
    XyJson xyJson(ConfigurableListableBeanFactory beans) {
        return ApplicationJson.find(beans);
    }

    @Bean
    EndpointSettings xyEndpointSettings(
            XyWebSocketProperties properties,
            XyJson json,
            ConfigurableListableBeanFactory beans,
            Environment environment) {
        return new EndpointSettings(properties, json, beans, environment);
    }

    @Bean
    @ConditionalOnMissingBean
    AnnotatedHandlers xyAnnotatedHandlers(
            ConfigurableListableBeanFactory beans,
            ObjectProvider<XyHandlers> endpoint,
            ObjectProvider<ConfiguredClients> clients,
            ObjectProvider<ReactiveNoticeAutoConfiguration> notice,
            ObjectProvider<UnservedEndpointAutoConfiguration> unserved,
            Environment environment) {
        boolean excused = notice.getIfAvailable() != null
                || "false".equalsIgnoreCase(environment.getProperty("xy.websocket.enabled"));
        XyHandlers served = unserved.getIfAvailable() == null ? endpoint.getIfAvailable() : null;
        ConfiguredClients configured = clients.getIfAvailable();
        return configured == null && served != null
                ? new AnnotatedHandlers(beans, served)
                : new AnnotatedHandlers(
                        beans, served, configured == null ? Map.of() : configured.handlers(beans), excused);
    }
}
