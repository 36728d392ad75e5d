package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyHandshake;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What connections cost that do nothing. */
class MemoryTests extends WithEndpoints {

    private static final int CONNECTIONS = 2000;

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    private static List<Connection> connections(XyEndpoint endpoint, int count) {
        XyHandshake handshake = XyHandshake.builder(URI.create("/ws")).build();
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connections.add((Connection) endpoint.open(new RecordingTransport(), handshake, Map.of()));
        }
        await().until(() -> connections.stream().allMatch(Connection::isIdle));
        return connections;
    }

    @Test
    void anIdleConnectionCostsLittleAlsoAfterABusyDay() {
        CountDownLatch release = new CountDownLatch(1);
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().on("e", (name, payload, peer) -> release.await());
        long before = used();
        List<Connection> connections = connections(endpoint, CONNECTIONS);
        long idle = used();
        assertThat((idle - before) / CONNECTIONS).as("bytes per connection").isLessThan(3000);

        List<Connection> busy = connections.subList(0, 20);
        for (Connection connection : busy) {
            for (int i = 0; i < 5000; i++) {
                text(connection, event("e"));
            }
        }
        release.countDown();
        await().until(() -> busy.stream().allMatch(Connection::isIdle));
        assertThat((used() - idle) / busy.size())
                .as("bytes kept per connection")
                .isLessThan(10_000);
        connections.forEach(connection -> connection.onClosed(1000, ""));
        await().until(() -> endpoint.peers.connections().isEmpty());
    }
}
