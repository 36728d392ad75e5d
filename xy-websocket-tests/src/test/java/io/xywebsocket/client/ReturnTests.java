package io.xywebsocket.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients of a server that shuts down come back over the time that it has asked for. */
@Tag("server")
class ReturnTests {

    private static final int CLIENTS = 200;

    private final int port = Town.freePort();

    @Test
    void clientsComeBackSpreadOverTheWindow() throws IOException {
        List<XyClient> clients = new ArrayList<>();
        try (XyClientThreads threads = XyClientThreads.create()) {
            try (Town town = Town.at(port)) {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(
                            XyClient.builder(Town.uri(port)).threads(threads).build());
                }
                clients.forEach(XyClient::connect);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> town.statistics().peers() == CLIENTS);
            }
            int[] seconds = arrivals();
            clients.forEach(XyClient::close);

            // 5 s, the default
            assertThat(seconds[0] + seconds[1] + seconds[2] + seconds[3] + seconds[4])
                    .isGreaterThan(CLIENTS * 9 / 10);
            for (int i = 0; i < 5; i++) {
                assertThat(seconds[i])
                        .as("of %d clients in second %d", CLIENTS, i)
                        .isBetween(CLIENTS / 20, CLIENTS / 2);
            }
        }
    }

    /** How many clients try to connect in each second from now on; nobody answers them, so none tries twice. */
    private int[] arrivals() throws IOException {
        int[] seconds = new int[8];
        List<Socket> accepted = new ArrayList<>();
        long begin = System.nanoTime();
        try (ServerSocket socket = new ServerSocket(port, CLIENTS)) {
            socket.setSoTimeout(20_000);
            while (accepted.size() < CLIENTS) {
                accepted.add(socket.accept());
                long second = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
                seconds[(int) Math.min(second, seconds.length - 1)]++;
            }
        } finally {
            for (Socket each : accepted) {
                each.close();
            }
        }
        return seconds;
    }
}
