package io.xywebsocket.benchmarks.load.servers;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How most write it: the message as a tree, the answer as a tree, one send for each answer. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableWebSocket
class JacksonServer extends RawServer {

    private final JsonMapper mapper;

    JacksonServer(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    void answer(WebSocketSession session, TextMessage message) throws Exception {
        JsonNode call = mapper.readTree(message.getPayload());
        ObjectNode answer = mapper.createObjectNode();
        answer.put("e", "resolve." + call.get("e").asString().substring(2));
        answer.set("id", call.get("id"));
        answer.set("p", call.get("p"));
        session.sendMessage(new TextMessage(mapper.writeValueAsString(answer)));
    }
}
