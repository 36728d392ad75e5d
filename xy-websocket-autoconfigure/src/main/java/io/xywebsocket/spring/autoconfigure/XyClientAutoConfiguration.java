package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.spring.XyClientCustomizer;
import io.xywebsocket.spring.client.XyClientLifecycle;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The application's clients and what they offer to their servers, with or without a web server. It works without any client
 * too, to find handlers that are marked for one that there isn't.
 *
 * @since 0.1
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration",
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.jackson2.autoconfigure.Jackson2AutoConfiguration",
            "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
            "org.springframework.boot.autoconfigure.validation.ValidationAutoConfiguration",
            "org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration"
        })
@EnableConfigurationProperties(XyClientProperties.class)
@Import({XyHandlersConfiguration.class, XySecurityConfiguration.Clients.class, ClientDefinitions.class})
public class XyClientAutoConfiguration {

    static final String CLIENTS = "xyConfiguredClients";

    @Bean(CLIENTS)
    ConfiguredClients xyConfiguredClients(
            XyClientProperties properties,
            EndpointSettings settings,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<XyClientCustomizer> customizers,
            ObjectProvider<ClientContexts> contexts) {
        return new ConfiguredClients(properties, settings, bundles, customizers, contexts);
    }

    @Bean
    @ConditionalOnMissingBean
    XyClientLifecycle xyClientLifecycle(ConfiguredClients clients, ConfigurableApplicationContext context) {
        return new XyClientLifecycle(clients.all(context), context);
    }
}
