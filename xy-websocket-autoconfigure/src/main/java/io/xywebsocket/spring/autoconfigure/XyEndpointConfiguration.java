package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.cluster.NodeMessages;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.engine.XyEndpointBuilder;
import io.xywebsocket.spring.XyEndpointCustomizer;
import io.xywebsocket.spring.locale.LocalizedHandlers;
import io.xywebsocket.spring.server.XyClusterLifecycle;
import io.xywebsocket.spring.server.XyEndpointLifecycle;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * The endpoint and what belongs to it, whatever brings its connections: whoever does imports this. Every bean gives way to one of the application's of
 * that type (or, the executor, of that name).
 *
 * @since 0.1
 */
@Configuration(proxyBeanMethods = false)
@Import({
    EndpointParts.class,
    XyHandlersConfiguration.class,
    XySecurityConfiguration.class,
    WithoutSecurityConfiguration.class,
    XyRateLimitConfiguration.class,
    WithoutBucket4jConfiguration.class
})
public class XyEndpointConfiguration {

    private static final Duration DEFAULT_PHASE_TIMEOUT = Duration.ofSeconds(30);

    /** What the closing handshakes may take of the time that a phase of the shutdown has. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    @Bean
    @ConditionalOnMissingBean
    XyEndpoint xyEndpoint(
            XyWebSocketProperties properties,
            EndpointSettings settings,
            ObjectProvider<XyEndpointCustomizer> customizers,
            ObjectProvider<XyHandlerDecorator> decorators,
            ObjectProvider<XyConnectionListener> listeners,
            ObjectProvider<XyPresenceListener> presenceListeners,
            NodeMessages nodeMessages,
            ApplicationEventPublisher events) {
        XyEndpointBuilder endpoint = XyEndpoint.builder()
                .prefixes(properties.protocol().prefixes())
                .timeouts(properties.timeouts())
                .slowPeers(properties.slowPeers());
        listeners.orderedStream().forEach(endpoint::connectionListener);
        endpoint.connectionListener(new PeerEvents(events));
        presenceListeners.orderedStream().forEach(endpoint::presenceListener);
        endpoint.presenceListener(new PresenceEvents(events))
                .maxGroupsPerPeer(properties.maxGroupsPerPeer())
                .linger(properties.presence().linger());
        settings.applyTo(endpoint);
        ClusterSetup.of(properties, settings.beans(), settings.environment(), events)
                .applyTo(endpoint);
        endpoint.nodeMessages(nodeMessages);
        Duration idleTimeout = properties.idleTimeout();
        if (idleTimeout != null) {
            endpoint.idleTimeout(idleTimeout);
        }
        decorators.orderedStream().forEach(endpoint::decorator);
        settings.beans().getBeanProvider(XyInterceptor.class).orderedStream().forEach(endpoint::interceptor);
        customizers.orderedStream().forEach(bean -> bean.customize(endpoint));
        return endpoint.build();
    }

    @Bean
    NodeMessages xyNodeMessages() {
        return new NodeMessages();
    }

    /** Outside the application's, which find the locale so and may set another. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 1)
    XyHandlerDecorator xyLocaleDecorator() {
        return new LocalizedHandlers();
    }

    /** Inside login and locale, which the application's task decorators find so. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 2)
    XyHandlerDecorator xyTaskDecorator(EndpointSettings settings) {
        return settings.taskDecorator();
    }

    @Bean
    @ConditionalOnMissingBean
    XyEndpointLifecycle xyEndpointLifecycle(
            XyEndpoint endpoint, XyWebSocketProperties properties, Environment environment) {
        boolean immediate = "immediate".equalsIgnoreCase(environment.getProperty("server.shutdown"));
        Duration timeout = Binder.get(environment)
                .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
                .orElse(DEFAULT_PHASE_TIMEOUT);
        return new XyEndpointLifecycle(
                endpoint, immediate ? Duration.ZERO : timeout.minus(FAREWELL), properties.shutdownReturnWindow());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(XyBus.class)
    XyClusterLifecycle xyClusterLifecycle(XyEndpoint endpoint, XyBus bus) {
        return new XyClusterLifecycle(endpoint, bus);
    }
}
