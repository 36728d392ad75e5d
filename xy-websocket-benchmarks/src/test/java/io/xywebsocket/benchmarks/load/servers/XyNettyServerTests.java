package io.xywebsocket.benchmarks.load.servers;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.client.XyClient;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine over Netty, with our Java client at the other end. */
class XyNettyServerTests {

    private XyNettyServer server;

    @BeforeEach
    void start() throws InterruptedException {
        server = XyNettyServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void isCalledCallsBroadcastsAndHearsTheEnd() throws Exception {
        BlockingQueue<Item> changed = new LinkedBlockingQueue<>();
        AtomicInteger calls = new AtomicInteger();
        try (XyClient client = client()) {
            client.handlers().on("changed", Item.class, changed::add);
            client.handlers().register("echo", Item.class, (Item item) -> {
                calls.incrementAndGet();
                return item;
            });
            client.connect().get(10, SECONDS);

            Item large = Item.of(7, 200_000);
            assertThat(client.call("echo", large, Item.class).get(10, SECONDS)).isEqualTo(large);
            Order order = new Order(1, List.of(Item.of(2, 3)));
            assertThat(client.call("order", order, Order.class).get(10, SECONDS))
                    .isEqualTo(order);
            client.send("note", Item.of(1, 1));
            await().until(() -> server.events() == 1);

            server.broadcast(5, 10);
            assertThat(changed.poll(10, SECONDS)).isEqualTo(Item.of(5, 10));

            server.startCalling(2, 10);
            await().until(() -> calls.get() > 10);
            assertThat(server.stopCalling()).isZero();
        }
        await().until(() -> server.peers() == 0);
    }

    @Test
    void closesItsClientsWhenItIsClosed() throws Exception {
        BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
        try (XyClient client = client()) {
            client.onDisconnected((peer, code, reason) -> codes.add(code));
            client.connect().get(10, SECONDS);

            server.close();

            assertThat(codes.poll(10, SECONDS)).isEqualTo(1001);
        }
    }

    @Test
    void refusesWhatIsNoUpgrade() throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/ws"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void answersWhatCameWithTheHandshake() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                                    + "\u0089\u0084\0\0\0\0ping\u0088\u0082\0\0\0\0\u0003\u00e8")
                            .getBytes(StandardCharsets.ISO_8859_1));

            InputStream in = socket.getInputStream();
            String all = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(all).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\n\u008a\u0004ping\u0088\u0002\u0003\u00e8");
        }
    }

    private XyClient client() {
        return XyClient.builder(URI.create("ws://127.0.0.1:" + server.port() + "/ws"))
                .build();
    }
}
