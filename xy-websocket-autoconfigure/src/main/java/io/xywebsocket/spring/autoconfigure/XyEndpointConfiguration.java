package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyEndpointBuilder;
import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPeers;
import io.xywebsocket.spring.XyEndpointCustomizer;
import io.xywebsocket.spring.errors.SpringErrorMappers;
import io.xywebsocket.spring.handlers.AnnotatedHandlers;
import io.xywebsocket.spring.handlers.ValidationErrorMappers;
import io.xywebsocket.spring.server.XyEndpointLifecycle;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * The endpoint and what belongs to it, whatever brings its connections. Every bean gives way to one of the application's of
 * that type (or, the executor, of that name).
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(XyWebSocketProperties.class)
class XyEndpointConfiguration {

    /** A bean of the application's that runs handlers in place of ours. */
    private static final String EXECUTOR_BEAN = "xyWebSocketExecutor";

    private static final Duration DEFAULT_PHASE_TIMEOUT = Duration.ofSeconds(30);

    /** What the closing handshakes may take of the time that a phase of the shutdown has. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    @Bean
    @ConditionalOnMissingBean
    XyJson xyJson(ConfigurableListableBeanFactory beans) {
        return ApplicationJson.find(beans);
    }

    @Bean
    @ConditionalOnMissingBean
    XyEndpoint xyEndpoint(
            XyWebSocketProperties properties,
            XyJson json,
            ConfigurableListableBeanFactory beans,
            ApplicationEventPublisher events,
            Environment environment) {
        XyEndpointBuilder endpoint = XyEndpoint.builder()
                .prefixes(properties.prefixes())
                .limits(properties.limits())
                .timeouts(properties.timeouts())
                .maxThreads(properties.executor().maxThreads())
                .includeMessage(properties.includeMessage() == XyWebSocketProperties.IncludeMessage.ALWAYS)
                .json(json)
                .listener(new PeerEvents(events));
        beans.getBeanProvider(XyErrorMapper.class).orderedStream().forEach(endpoint::errorMapper);
        ValidationErrorMappers.available(beans.getBeanClassLoader()).forEach(endpoint::errorMapper);
        SpringErrorMappers.available(beans.getBeanClassLoader()).forEach(endpoint::errorMapper);
        if (beans.containsBean(EXECUTOR_BEAN)) {
            endpoint.executor(beans.getBean(EXECUTOR_BEAN, Executor.class));
        } else if (virtualThreads(environment)) {
            endpoint.executor(new VirtualThreadTaskExecutor("xy-"));
        }
        beans.getBeanProvider(XyEndpointCustomizer.class).orderedStream().forEach(bean -> bean.customize(endpoint));
        return endpoint.build();
    }

    @Bean
    @ConditionalOnMissingBean
    XyHandlers xyHandlers(XyEndpoint endpoint) {
        return endpoint.handlers();
    }

    @Bean
    @ConditionalOnMissingBean
    XyPeers xyPeers(XyEndpoint endpoint) {
        return endpoint.peers();
    }

    @Bean
    @ConditionalOnMissingBean
    XyBroadcaster xyBroadcaster(XyEndpoint endpoint) {
        return endpoint.broadcaster();
    }

    @Bean
    @ConditionalOnMissingBean
    AnnotatedHandlers xyAnnotatedHandlers(ConfigurableListableBeanFactory beans, ObjectProvider<XyHandlers> handlers) {
        return new AnnotatedHandlers(beans, handlers.getObject());
    }

    @Bean
    @ConditionalOnMissingBean
    XyEndpointLifecycle xyEndpointLifecycle(XyEndpoint endpoint, Environment environment) {
        boolean immediate = "immediate".equalsIgnoreCase(environment.getProperty("server.shutdown"));
        String phase = environment.getProperty("spring.lifecycle.timeout-per-shutdown-phase");
        Duration timeout = phase == null ? DEFAULT_PHASE_TIMEOUT : DurationStyle.detectAndParse(phase);
        return new XyEndpointLifecycle(endpoint, immediate ? Duration.ZERO : timeout.minus(FAREWELL));
    }

    private static boolean virtualThreads(Environment environment) {
        return Runtime.version().feature() >= 21
                && environment.getProperty("spring.threads.virtual.enabled", Boolean.class, false);
    }
}
