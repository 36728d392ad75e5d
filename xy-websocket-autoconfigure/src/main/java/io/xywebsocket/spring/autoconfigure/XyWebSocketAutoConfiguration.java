package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.spring.locale.HandshakeLocale;
import io.xywebsocket.spring.server.CrossOriginFilter;
import io.xywebsocket.spring.server.HandshakeLimit;
import io.xywebsocket.spring.server.HttpSessions;
import io.xywebsocket.spring.server.ScriptHandler;
import io.xywebsocket.spring.server.SessionLogins;
import io.xywebsocket.spring.server.XyHandshakes;
import jakarta.servlet.Filter;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;

/**
 * The endpoint of a servlet web application and all that belongs to it. Every bean gives way to one of the application's of
 * that type (or, the executor, of that name).
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration",
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.jackson2.autoconfigure.Jackson2AutoConfiguration",
            "org.springframework.boot.autoconfigure.validation.ValidationAutoConfiguration",
            "org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration",
            "org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration",
            "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(
        name = {
            "jakarta.websocket.server.ServerContainer",
            "org.springframework.web.servlet.DispatcherServlet",
            "org.springframework.web.socket.WebSocketHandler"
        })
@ConditionalOnProperty(name = "xy.websocket.enabled", matchIfMissing = true)
@Import({XyEndpointConfiguration.class, XyMetricsConfiguration.class})
public class XyWebSocketAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "xyWebSocketHandlerMapping")
    WebSocketHandlerMapping xyWebSocketHandlerMapping(
            XyEndpoint endpoint,
            XyWebSocketProperties properties,
            HttpSessions sessions,
            @Qualifier(DispatcherServlet.LOCALE_RESOLVER_BEAN_NAME) ObjectProvider<LocaleResolver> locales,
            ObjectProvider<HandshakeLimit> limit) {
        XyHandshakes handshakes = new XyHandshakes(endpoint);
        limit.ifAvailable(handshakes::limit);
        handshakes
                .allowedOrigins(properties.allowedOrigins())
                .maxSessions(
                        properties.maxSessions(), properties.maxSessionsPerUser(), properties.maxSessionsPerAddress())
                .compression(properties.compression())
                .interceptor(sessions);
        locales.ifAvailable(resolver -> handshakes.interceptor(new HandshakeLocale(resolver)));
        return handshakes.mapping(properties.path());
    }

    /** Before the application's security chain, which would answer a preflight request with 401. */
    @Bean
    Filter xyCrossOriginFilter(XyWebSocketProperties properties) {
        return new CrossOriginFilter(
                properties.allowedOrigins(), List.of(properties.scriptPath(), properties.ticketPath()));
    }

    /** First of the listeners of peers, so that none of the application's can hold it up. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    HttpSessions xyHttpSessions(ObjectProvider<SessionLogins> logins) {
        return new HttpSessions(logins.getIfAvailable());
    }

    @Bean
    @ConditionalOnMissingBean(name = "xyScriptMapping")
    @ConditionalOnExpression("'${xy.websocket.script-path:default}' != ''")
    SimpleUrlHandlerMapping xyScriptMapping(XyWebSocketProperties properties) {
        return ScriptHandler.mapping(properties.scriptPath());
    }

    /**
     * Tomcat allocates what a whole message may need for each connection, 24 KiB by default. Our messages come in pieces, for which
     * less will do. The setting is the container's, so it stays as it is where others use the container too, or the application
     * has set it.
     */
    @Bean
    @ConditionalOnClass(name = "org.apache.tomcat.websocket.server.WsSci")
    @ConditionalOnMissingBean(
            name = "xyTomcatBuffers",
            type = {
                "org.springframework.web.socket.config.annotation.WebSocketConfigurer",
                "org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer",
                "org.springframework.web.socket.config.annotation.DelegatingWebSocketConfiguration",
                "org.springframework.web.socket.server.standard.ServerEndpointExporter",
                "org.springframework.web.socket.WebSocketHandler"
            })
    ServletContextInitializer xyTomcatBuffers() {
        return context -> {
            context.setInitParameter("org.apache.tomcat.websocket.textBufferSize", "2048");
            context.setInitParameter("org.apache.tomcat.websocket.binaryBufferSize", "256");
        };
    }
}
