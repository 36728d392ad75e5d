package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.xywebsocket.spring.autoconfigure.XyWebSocketProperties;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an IDE shows of our properties. */
class MetadataTests {

    private static final Set<String> WITHOUT_DEFAULT = Set.of(
            "allowed-origins",
            "clients",
            "cluster.name",
            "client.url",
            "client.headers",
            "client.token",
            "client.ssl.bundle",
            "idle-timeout",
            "max-received-bytes",
            "rate-limit.per-peer",
            "rate-limit.per-user",
            "rate-limit.functions",
            "rate-limit.handshakes-per-address");

    private final Map<String, JsonNode> properties = properties();

    /** From the jar that the properties are in. */
    private static Map<String, JsonNode> properties() {
        String classFile = "/" + XyWebSocketProperties.class.getName().replace('.', '/') + ".class";
        String place = XyWebSocketProperties.class.getResource(classFile).toString();
        try (InputStream in =
                new URL(place.replace(classFile, "/META-INF/spring-configuration-metadata.json")).openStream()) {
            Map<String, JsonNode> properties = new TreeMap<>();
            Json.of(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .path("properties")
                    .forEach(property ->
                            properties.put(property.path("name").asText().replace("xy.websocket.", ""), property));
            return properties;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void namesEveryProperty() {
        assertThat(properties.keySet())
                .contains(
                        "enabled",
                        "path",
                        "script-path",
                        "allowed-origins",
                        "call-timeout",
                        "heartbeat-interval",
                        "send-timeout",
                        "event-order-timeout",
                        "max-message-size",
                        "send-buffer-size",
                        "slow-peers",
                        "receive-buffer-size",
                        "max-concurrent-calls",
                        "max-pending-calls",
                        "idle-timeout",
                        "max-sessions",
                        "max-sessions-per-user",
                        "max-sessions-per-address",
                        "rate-limit.per-peer",
                        "rate-limit.per-user",
                        "rate-limit.functions",
                        "rate-limit.max-refused",
                        "rate-limit.handshakes-per-address",
                        "shutdown-return-window",
                        "compression",
                        "include-message",
                        "deny-by-default",
                        "ticket-path",
                        "ticket-lifetime",
                        "executor.max-threads",
                        "protocol.event-prefix",
                        "protocol.call-prefix",
                        "protocol.resolve-prefix",
                        "protocol.reject-prefix",
                        "protocol.cancel-prefix");
    }

    @Test
    void describesEveryPropertyInASentence() {
        properties.forEach(
                (name, property) -> assertThat(property.path("description").asText())
                        .as(name)
                        .hasSizeGreaterThan(15)
                        .endsWith(".")
                        .doesNotContain("{@"));
    }

    @Test
    void showsTheDefaultOfEveryProperty() {
        properties.forEach(
                (name, property) -> assertThat(property.path("defaultValue").isMissingNode())
                        .as("no default for " + name)
                        .isEqualTo(WITHOUT_DEFAULT.contains(name)));
        assertThat(properties.get("path").path("defaultValue").asText()).isEqualTo("/ws");
        assertThat(properties.get("heartbeat-interval").path("defaultValue").asText())
                .isEqualTo("30s");
        assertThat(properties.get("max-message-size").path("defaultValue").asText())
                .isEqualTo("1MB");
        assertThat(properties.get("protocol.call-prefix").path("defaultValue").asText())
                .isEqualTo("c.");
        assertThat(properties.get("include-message").path("defaultValue").asText())
                .isEqualTo("never");
    }
}
