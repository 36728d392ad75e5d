package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.cluster.XyClusterListener;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.engine.XyEndpointBuilder;
import io.xywebsocket.spring.startup.StartUpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.env.Environment;

/** Makes the endpoint a node of a cluster, if that has a name. */
record ClusterSetup(
        @Nullable XyClusterSettings settings, ConfigurableListableBeanFactory beans, ApplicationEventPublisher events) {

    private static final Logger log = LoggerFactory.getLogger(ClusterSetup.class);

    static ClusterSetup of(
            XyWebSocketProperties properties,
            ConfigurableListableBeanFactory beans,
            Environment environment,
            ApplicationEventPublisher events) {
        String application = environment.getProperty("spring.application.name", "");
        XyWebSocketProperties.Protocol protocol = properties.protocol();
        String fingerprint = String.join(
                " ",
                application,
                properties.path(),
                protocol.eventPrefix(),
                protocol.callPrefix(),
                protocol.resolvePrefix(),
                protocol.rejectPrefix(),
                protocol.cancelPrefix());
        return new ClusterSetup(properties.cluster().settings(fingerprint), beans, events);
    }

    void applyTo(XyEndpointBuilder endpoint) {
        if (settings == null) {
            return;
        }
        XyBus bus = beans.getBeanProvider(XyBus.class).getIfAvailable();
        if (bus == null) {
            throw StartUpException.ofProperty(
                    "xy.websocket.cluster.name",
                    "is set, but nothing carries messages between the nodes.",
                    "Add the dependency org.springframework.boot:spring-boot-starter-data-redis and set"
                            + " spring.data.redis.host, define a bean of type XyBus, or remove the property.");
        }
        endpoint.cluster(settings, bus).joinClusterLater(); // once all listeners are there
        beans.getBeanProvider(XyClusterListener.class).orderedStream().forEach(endpoint::clusterListener);
        endpoint.clusterListener(new ClusterEvents(events));
        log.warn(
                "xy-websocket is a node of the cluster '{}': each client that may publish to its channels can send to all peers",
                settings.name());
    }
}
