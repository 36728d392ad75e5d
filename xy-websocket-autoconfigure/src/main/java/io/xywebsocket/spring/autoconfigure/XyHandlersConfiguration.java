package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import io.xywebsocket.engine.XyEndpoint;
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
            ObjectProvider<XyHandlers> handlers,
            ObjectProvider<XyEndpoint> endpoint,
            ObjectProvider<ConfiguredClients> clients,
            ObjectProvider<ReactiveNoticeAutoConfiguration> notice,
            ObjectProvider<UnservedEndpointAutoConfiguration> unserved,
            XyWebSocketProperties properties,
            Environment environment) {
        XyEndpoint own = endpoint.getIfUnique();
        XyLimits limits = own == null ? properties.limits() : own.limits();
        boolean excused = notice.getIfAvailable() != null
                || "false".equalsIgnoreCase(environment.getProperty("xy.websocket.enabled"));
        XyHandlers served = unserved.getIfAvailable() == null ? handlers.getIfAvailable() : null;
        ConfiguredClients configured = clients.getIfAvailable();
        Map<String, XyHandlers> ofClients = configured == null ? null : configured.handlers(beans);
        return new AnnotatedHandlers(beans, served, ofClients, excused, limits);
    }
}
