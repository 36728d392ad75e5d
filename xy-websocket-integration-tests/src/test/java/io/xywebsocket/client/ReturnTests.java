package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.engine.HeldPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients of a server that shuts down come back over the time that it has asked for. */
@Tag("server")
class ReturnTests {

    private static final int CLIENTS = 200;

    private final HeldPort port = new HeldPort();

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void clientsComeBackSpreadOverTheWindow() {
        List<XyClient> clients = new ArrayList<>();
        Map<XyClient, Duration> pauses = new ConcurrentHashMap<>();
        try (XyClientThreads threads = XyClientThreads.create()) {
            try (Town town = Town.at(port)) {
                for (int i = 0; i < CLIENTS; i++) {
                    XyClient client =
                            XyClient.builder(Town.uri(port)).threads(threads).build();
                    client.onRetrying((tries, pause, cause) -> {
                        if (tries == 0) { // of the connection that ended, not of a try to come back
                            pauses.putIfAbsent(client, pause);
                        }
                    });
                    clients.add(client);
                }
                clients.forEach(XyClient::connect);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> town.statistics().peers() == CLIENTS);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> pauses.size() == CLIENTS);
            clients.forEach(XyClient::close);
        }

        int[] seconds = new int[5]; // the default
        pauses.values().forEach(pause -> {
            assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(5));
            seconds[Math.min(4, (int) pause.toSeconds())]++;
        });
        for (int i = 0; i < 5; i++) {
            assertThat(seconds[i]).as("of %d clients in second %d", CLIENTS, i).isBetween(CLIENTS / 20, CLIENTS / 2);
        }
    }
}
