package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyGroups;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyPeers;
import io.xywebsocket.XyPresence;
import io.xywebsocket.engine.XyEndpoint;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Parts of the endpoint that applications inject, whether something serves it or not. */
@Configuration(proxyBeanMethods = false)
class EndpointParts {

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
    XyPresence xyPresence(XyEndpoint endpoint) {
        return endpoint.presence();
    }

    @Bean
    @ConditionalOnMissingBean
    XyGroups xyGroups(XyEndpoint endpoint) {
        return endpoint.groups();
    }

    @Bean
    @ConditionalOnMissingBean
    XyBroadcaster xyBroadcaster(XyEndpoint endpoint) {
        return endpoint.broadcaster();
    }
}
