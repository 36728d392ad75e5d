package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.spring.server.HttpSessions;
import io.xywebsocket.spring.server.ScriptHandler;
import io.xywebsocket.spring.server.XyHandshakes;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
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
@Import(XyEndpointConfiguration.class)
public class XyWebSocketAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "xyWebSocketHandlerMapping")
    WebSocketHandlerMapping xyWebSocketHandlerMapping(
            XyEndpoint endpoint, XyWebSocketProperties properties, HttpSessions sessions) {
        return new XyHandshakes(endpoint)
                .allowedOrigins(properties.allowedOrigins())
                .maxSessions(properties.maxSessions())
                .compression(properties.compression())
                .interceptor(sessions)
                .mapping(properties.path());
    }

    /** First of the listeners of peers, so that none of the application's can hold it up. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    HttpSessions xyHttpSessions() {
        return new HttpSessions();
    }

    @Bean
    @ConditionalOnMissingBean(name = "xyScriptMapping")
    @ConditionalOnExpression("'${xy.websocket.script-path:default}' != ''")
    SimpleUrlHandlerMapping xyScriptMapping(XyWebSocketProperties properties) {
        return ScriptHandler.mapping(properties.scriptPath());
    }
}
