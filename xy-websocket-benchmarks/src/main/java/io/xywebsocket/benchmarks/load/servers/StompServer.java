package io.xywebsocket.benchmarks.load.servers;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.messaging.SubProtocolWebSocketHandler;

/** Spring's STOMP with the simple broker, as its guide sets it up. */
final class StompServer implements LoadServer {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebSocketMessageBroker
    static class Application implements WebSocketMessageBrokerConfigurer {

        @Override
        public void configureMessageBroker(MessageBrokerRegistry registry) {
            registry.enableSimpleBroker("/queue", "/topic");
            registry.setApplicationDestinationPrefixes("/app");
        }

        @Override
        public void registerStompEndpoints(StompEndpointRegistry registry) {
            registry.addEndpoint("/ws");
        }

        @Bean
        Functions functions() {
            return new Functions();
        }
    }

    @Controller
    static class Functions {

        @MessageMapping("/echo")
        @SendToUser(destinations = "/queue/echo", broadcast = false)
        Item echo(Item item) {
            return item;
        }
    }

    private final ConfigurableApplicationContext application;

    private StompServer(ConfigurableApplicationContext application) {
        this.application = application;
    }

    static StompServer start(String... properties) {
        return new StompServer(SpringServers.run(Application.class, properties));
    }

    @Override
    public int port() {
        return SpringServers.port(application);
    }

    @Override
    public int peers() {
        return application.getBean(SubProtocolWebSocketHandler.class).getStats().getWebSocketSessions();
    }

    @Override
    public void broadcast(int id, int noteLength) {
        application.getBean(SimpMessagingTemplate.class).convertAndSend("/topic/changed", Item.of(id, noteLength));
    }
}
