package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyPeers;
import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.handlers.HandlerRules;
import io.xywebsocket.spring.security.HandlerSecurity;
import io.xywebsocket.spring.security.HandshakeSecurity;
import io.xywebsocket.spring.security.LoginExpiry;
import io.xywebsocket.spring.security.XyExpiry;
import io.xywebsocket.spring.server.HttpSessions;
import io.xywebsocket.spring.server.SessionLogins;
import jakarta.servlet.Filter;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/** What the endpoint needs where Spring Security is: the login of a peer around its handlers, rules, the end of logins. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "org.springframework.security.core.context.SecurityContextHolder")
class XySecurityConfiguration {

    @Bean
    HandlerSecurity xyHandlerSecurity(
            XyWebSocketProperties properties, ObjectProvider<SecurityContextHolderStrategy> holder) {
        return new HandlerSecurity(strategy(holder), properties.denyByDefault());
    }

    /** Outermost, so that other decorators find the login too. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    XyHandlerDecorator xySecurityDecorator(HandlerSecurity security) {
        return security.decorator();
    }

    @Bean
    HandlerRules xyMethodRules(HandlerSecurity security, ConfigurableListableBeanFactory beans) {
        return security.methodRules(beans);
    }

    @Bean
    SecuritySummary xySecuritySummary(HandlerSecurity security, ConfigurableListableBeanFactory beans) {
        return () -> security.summary(beans);
    }

    @Bean
    ApplicationListener<ApplicationReadyEvent> xySecurityNotice(
            HandlerSecurity security, XyWebSocketProperties properties, ConfigurableListableBeanFactory beans) {
        boolean openAllowed = properties.security().openHandlers() == XyWebSocketProperties.OpenHandlers.ALLOWED;
        return security.notice(
                openAllowed, properties.includeMessage() == XyWebSocketProperties.IncludeMessage.ALWAYS, beans);
    }

    /** First, so that no listener of the application's can hold it up. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    XyConnectionListener xyLoginExpiry(
            ObjectProvider<XyExpiry> expiries,
            ObjectProvider<XyEndpoint> endpoint,
            ConfigurableListableBeanFactory beans) {
        return LoginExpiry.watch(
                () -> expiries.orderedStream().toList(),
                () -> endpoint.getObject().clock(),
                beans.getBeanClassLoader());
    }

    private static SecurityContextHolderStrategy strategy(ObjectProvider<SecurityContextHolderStrategy> holder) {
        return holder.getIfAvailable(SecurityContextHolder::getContextHolderStrategy);
    }

    /** The clients' part: their handlers run as nobody, or as whom the application has identified their server. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.security.core.context.SecurityContextHolder")
    static class Clients {

        @Bean
        ClientContexts xyClientContexts(ObjectProvider<SecurityContextHolderStrategy> holder) {
            return new ClientContexts(HandlerSecurity.contexts(strategy(holder)));
        }
    }

    /** The handshake's part. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass(name = "org.springframework.security.web.context.RequestAttributeSecurityContextRepository")
    static class Handshakes {

        @Bean
        HandshakeSecurity xyHandshakeSecurity(
                XyWebSocketProperties properties,
                HttpSessions sessions,
                ObjectProvider<SecurityContextHolderStrategy> holder,
                NodeMessages nodes) {
            HandshakeSecurity security = new HandshakeSecurity(sessions, strategy(holder), nodes);
            return properties.ticketPath().isEmpty() ? security : security.tickets(properties.ticketLifetime());
        }

        @Bean
        Filter xyHandshakeTokens(HandshakeSecurity security, XyWebSocketProperties properties) {
            return security.filter(properties.path());
        }

        @Bean
        @ConditionalOnExpression("'${xy.websocket.ticket-path:}' != ''")
        Filter xyTicketUser(HandshakeSecurity security) {
            return security.ticketUserFilter();
        }

        @Bean
        @ConditionalOnMissingBean
        SessionLogins xySessionLogins() {
            return HandshakeSecurity.sessionLogins();
        }

        @Bean
        Filter xySessionWatch(HandshakeSecurity security, XyWebSocketProperties properties) {
            return security.sessionFilter(Stream.of(properties.path(), properties.ticketPath())
                    .filter(StringUtils::hasText)
                    .toList());
        }

        @Bean
        @ConditionalOnExpression("'${xy.websocket.ticket-path:}' != ''")
        SimpleUrlHandlerMapping xyTicketMapping(HandshakeSecurity security, XyWebSocketProperties properties) {
            return security.ticketMapping(properties.ticketPath());
        }

        @Bean
        SmartApplicationListener xyLogouts(HandshakeSecurity security, ObjectProvider<XyPeers> peers) {
            return security.logouts(peers);
        }
    }
}
