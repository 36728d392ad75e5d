package io.xywebsocket.benchmarks.load.servers;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyPeers;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Ours, as an application would have it: annotated methods, records in and out. */
final class XyServer extends EngineServer {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        EngineFunctions functions() {
            return new EngineFunctions();
        }

        /** The kernel takes megabytes for a client that doesn't read, unless it is told not to. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnProperty("benchmarks.socket-send-buffer")
        static class SmallSockets {

            @Bean
            WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> sendBuffer(
                    @Value("${benchmarks.socket-send-buffer}") String bytes) {
                return factory ->
                        factory.addConnectorCustomizers(connector -> connector.setProperty("socket.txBufSize", bytes));
            }
        }
    }

    private final int port;

    private XyServer(ConfigurableApplicationContext application) {
        super(
                application.getBean(XyBroadcaster.class),
                application.getBean(XyPeers.class),
                application.getBean(EngineFunctions.class));
        this.port = SpringServers.port(application);
    }

    static XyServer start(String... properties) {
        return new XyServer(SpringServers.run(Application.class, properties));
    }

    @Override
    public int port() {
        return port;
    }
}
