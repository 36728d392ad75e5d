package io.xywebsocket.benchmarks.load.servers;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** The naive floor: a handler written by hand which sends back what it gets, unread. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableWebSocket
class RawServer extends TextWebSocketHandler implements WebSocketConfigurer {

    private static final String EVENT = "{\"e\":\"e.";

    private final Set<WebSocketSession> sessions = ConcurrentHashMap.newKeySet();
    private final LongAdder events = new LongAdder();

    static LoadServer start(Class<? extends RawServer> type, String... properties) {
        ConfigurableApplicationContext application = SpringServers.run(type, properties);
        return application.getBean(type).new Started(SpringServers.port(application));
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        registry.addHandler(this, "/ws");
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        sessions.add(session);
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        sessions.remove(session);
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
        if (message.getPayload().startsWith(EVENT)) {
            events.increment();
        } else {
            answer(session, message);
        }
    }

    void answer(WebSocketSession session, TextMessage message) throws Exception {
        session.sendMessage(message);
    }

    final class Started implements LoadServer {

        private final int port;

        Started(int port) {
            this.port = port;
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public int peers() {
            return sessions.size();
        }

        @Override
        public void broadcast(int id, int noteLength) {
            TextMessage event = new TextMessage("{\"e\":\"e.changed\",\"p\":{\"id\":" + id + ",\"note\":\""
                    + "n".repeat(noteLength) + "\",\"price\":12.5,\"sku\":\"A-1\"}}");
            for (WebSocketSession session : sessions) {
                try {
                    session.sendMessage(event);
                } catch (IOException | IllegalStateException gone) {
                    sessions.remove(session);
                }
            }
        }

        @Override
        public long events() {
            return events.sum();
        }
    }
}
