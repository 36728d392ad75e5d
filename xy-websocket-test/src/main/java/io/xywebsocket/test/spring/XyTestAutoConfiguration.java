package io.xywebsocket.test.spring;

import io.xywebsocket.XyJson;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.XyEndpointCustomizer;
import io.xywebsocket.spring.autoconfigure.XyClientProperties;
import io.xywebsocket.spring.autoconfigure.XyEndpointConfiguration;
import io.xywebsocket.spring.autoconfigure.XyWebSocketProperties;
import io.xywebsocket.test.XyTestClock;
import io.xywebsocket.test.XyTestPeers;
import io.xywebsocket.test.XyTestServers;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Peers for the tests of an application that has an endpoint, and an endpoint where only the web server is missing for it. An {@link
 * XyTestClock} in the context becomes the endpoint's clock.
 *
 * @since 0.1
 */
@AutoConfiguration(afterName = "io.xywebsocket.spring.autoconfigure.XyWebSocketAutoConfiguration")
@ConditionalOnClass(name = "io.xywebsocket.spring.autoconfigure.XyEndpointConfiguration")
@ConditionalOnBean(TestedContext.class)
public class XyTestAutoConfiguration {

    /** In tests without a web server the peers bring the connections. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnNotWebApplication
    @ConditionalOnProperty(name = "xy.websocket.enabled", matchIfMissing = true)
    @Import(XyEndpointConfiguration.class)
    static class WithoutServer {}

    @Bean
    @ConditionalOnBean(XyEndpoint.class)
    @ConditionalOnMissingBean
    XyTestPeers xyTestPeers(XyEndpoint endpoint, XyJson json, XyWebSocketProperties properties) {
        return new XyTestPeers(endpoint, json, properties.protocol().prefixes());
    }

    @Bean
    @ConditionalOnBean(XyTestPeers.class)
    PeersLeaveFirst xyTestPeersLeaveFirst(XyTestPeers peers) {
        return new PeersLeaveFirst(peers::closeAll);
    }

    @Bean
    PeersLeaveFirst xyTestServersLeaveFirst(ObjectProvider<XyTestServers> servers) {
        return new PeersLeaveFirst(() -> servers.ifAvailable(XyTestServers::closeAll));
    }

    @Bean
    ServersCustomizer xyTestServersCustomizer(
            ObjectProvider<XyTestServers> servers,
            ObjectProvider<XyTestClock> clock,
            ObjectProvider<XyClientProperties> properties) {
        return new ServersCustomizer(servers, clock, properties);
    }

    /** After the application's customizers: whoever has a test clock wants it. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    XyEndpointCustomizer xyTestClockCustomizer(ObjectProvider<XyTestClock> clock) {
        return endpoint -> clock.ifAvailable(endpoint::clock);
    }
}
