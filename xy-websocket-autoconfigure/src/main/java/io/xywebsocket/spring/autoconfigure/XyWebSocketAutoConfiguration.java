package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.XyScript;
import io.xywebsocket.spring.locale.HandshakeLocale;
import io.xywebsocket.spring.server.ContainerCheck;
import io.xywebsocket.spring.server.CrossOriginFilter;
import io.xywebsocket.spring.server.HandshakeLimit;
import io.xywebsocket.spring.server.HttpSessions;
import io.xywebsocket.spring.server.LateRefusals;
import io.xywebsocket.spring.server.PathCheck;
import io.xywebsocket.spring.server.ServedScript;
import io.xywebsocket.spring.server.SessionLogins;
import io.xywebsocket.spring.server.XyHandshakes;
import jakarta.servlet.Filter;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;

/**
 * The endpoint of a servlet web application and all that belongs to it. Every bean gives way to one of the application's of
 * that type (or, the executor, of that name).
 *
 * @since 0.1
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
        name = {"org.springframework.web.servlet.DispatcherServlet", "org.springframework.web.socket.WebSocketHandler"})
@ConditionalOnProperty(name = "xy.websocket.enabled", matchIfMissing = true)
@Import({XyEndpointConfiguration.class, XyMetricsConfiguration.class, XyHealthConfiguration.class})
public class XyWebSocketAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = StartUpSummary.ENDPOINT)
    WebSocketHandlerMapping xyWebSocketHandlerMapping(
            XyEndpoint endpoint,
            XyWebSocketProperties properties,
            HttpSessions sessions,
            @Qualifier(DispatcherServlet.LOCALE_RESOLVER_BEAN_NAME) ObjectProvider<LocaleResolver> locales,
            ObjectProvider<HandshakeLimit> limit,
            ObjectProvider<HandshakeInterceptor> interceptors) {
        XyHandshakes handshakes = new XyHandshakes(endpoint);
        limit.ifAvailable(handshakes::limit);
        handshakes
                .allowedOrigins(properties.allowedOrigins())
                .maxSessions(
                        properties.maxSessions(), properties.maxSessionsPerUser(), properties.maxSessionsPerAddress())
                .compression(properties.compression())
                .note(sessions);
        locales.ifAvailable(resolver -> handshakes.note(new HandshakeLocale(resolver)));
        interceptors.orderedStream().forEach(handshakes::interceptor);
        return handshakes.mapping(properties.path());
    }

    @Bean
    StartUpSummary xyStartUpSummary(
            WebApplicationContext context, XyWebSocketProperties properties, SecuritySummary security) {
        return new StartUpSummary(context, properties.scriptPath(), security);
    }

    @Bean
    ContainerCheck xyContainerCheck() {
        return new ContainerCheck();
    }

    @Bean
    PathCheck xyPathCheck(ListableBeanFactory beans) {
        return new PathCheck(StartUpSummary.ENDPOINT, beans);
    }

    /** Spring Boot gives it to the container. */
    @Bean
    LateRefusals xyLateRefusals() {
        return new LateRefusals();
    }

    /** Before the application's security chain, which would answer a preflight request with 401. */
    @Bean
    Filter xyCrossOriginFilter(XyWebSocketProperties properties) {
        List<String> paths = new ArrayList<>(ServedScript.paths(properties.scriptPath()));
        paths.add(properties.ticketPath());
        return new CrossOriginFilter(properties.allowedOrigins(), paths);
    }

    /** First of the listeners of peers, so that none of the application's can hold it up. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    HttpSessions xyHttpSessions(ObjectProvider<SessionLogins> logins) {
        return new HttpSessions(logins.getIfAvailable());
    }

    @Bean
    @ConditionalOnMissingBean(XyScript.class)
    @ConditionalOnExpression("'${xy.websocket.script-path:default}' != ''")
    ServedScript xyScript(XyWebSocketProperties properties) {
        return new ServedScript(properties.scriptPath());
    }

    @Bean
    @ConditionalOnMissingBean(name = StartUpSummary.SCRIPT)
    @ConditionalOnBean(ServedScript.class)
    SimpleUrlHandlerMapping xyScriptMapping(ServedScript script) {
        return script.mapping();
    }
}
