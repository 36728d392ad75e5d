package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyBroadcaster;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** An application with WebSockets of its own. */
@Tag("server")
class CoexistenceTests {

    private static App app;

    @Configuration(proxyBeanMethods = false)
    @EnableWebSocket
    static class OwnHandler implements WebSocketConfigurer {
        @Override
        public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
            registry.addHandler(
                    new TextWebSocketHandler() {
                        @Override
                        protected void handleTextMessage(WebSocketSession session, TextMessage message)
                                throws Exception {
                            session.sendMessage(new TextMessage("own " + message.getPayload()));
                        }
                    },
                    "/own");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebSocketMessageBroker
    static class Broker implements WebSocketMessageBrokerConfigurer {
        @Override
        public void registerStompEndpoints(StompEndpointRegistry registry) {
            registry.addEndpoint("/stomp");
        }

        @Override
        public void configureMessageBroker(MessageBrokerRegistry registry) {
            registry.enableSimpleBroker("/topic");
            registry.setApplicationDestinationPrefixes("/app");
        }
    }

    @Controller
    static class Greeter {
        @MessageMapping("/greet")
        @SendTo("/topic/greetings")
        String greet(String name) {
            return "hello " + name;
        }
    }

    @RestController
    static class Pages {

        private final XyBroadcaster broadcaster;

        Pages(XyBroadcaster broadcaster) {
            this.broadcaster = broadcaster;
        }

        @GetMapping("/page")
        @ResponseBody
        String page() {
            return "reached " + broadcaster.broadcast("page", "seen");
        }
    }

    @BeforeAll
    static void start() {
        app = App.of(Functions.class, OwnHandler.class, Broker.class, Greeter.class, Pages.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void servesTheApplicationsOwnHandlerToo() {
        try (RawClient own = app.handshake().path("/own").open();
                RawClient client = app.connect()) {
            assertThat(own.ask("hi")).isEqualTo("own hi");
            assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
            assertThat(own.frame(0x80 | RawClient.TEXT, "not JSON".getBytes(StandardCharsets.UTF_8))
                            .next())
                    .isEqualTo("own not JSON");
        }
    }

    @Test
    void servesTheApplicationsMessageBrokerToo() {
        try (RawClient stomp =
                        app.handshake().path("/stomp").protocols("v12.stomp").open();
                RawClient client = app.connect()) {
            assertThat(stomp.ask("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0"))
                    .startsWith("CONNECTED\n");
            stomp.send("SUBSCRIBE\nid:0\ndestination:/topic/greetings\n\n\0");
            // the broker may take the greeting before the subscription
            await().until(() ->
                    stomp.send("SEND\ndestination:/app/greet\n\nAda\0").unread() > 0);
            assertThat(stomp.next()).startsWith("MESSAGE\n").endsWith("hello Ada\0");
            assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
        }
    }

    @Test
    void lendsItsBroadcasterToTheApplicationsControllers() {
        try (RawClient client = app.connect()) {
            assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
            await().until(() -> app.endpoint().peers().size() == 1);
            assertThat(app.get("/page").body()).isEqualTo("reached 1");
            assertThat(client.next()).isEqualTo("{\"e\":\"e.page\",\"p\":\"seen\"}");
        }
    }
}
