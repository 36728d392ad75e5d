package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyPeer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A peer that asks for far too much at once, and reads: each of its calls is answered or refused, and none costs it the connection. */
@Tag("server")
class RefusalTests {

    private static final int CALLS = 100_000;

    private App app;
    private RawClient client;

    private void start(String receiveBuffer, int threads) {
        app = App.with("xy.websocket.max-message-size=16KB", "xy.websocket.send-buffer-size=64KB")
                .with("xy.websocket.max-concurrent-calls=4", "xy.websocket.executor.max-threads=" + threads)
                .with("xy.websocket.receive-buffer-size=" + receiveBuffer)
                .start(Functions.class);
        client = app.connect();
    }

    @AfterEach
    void stop() {
        app.bean(Functions.class).letGo();
        client.close();
        app.close();
    }

    /** Many frames at a time, as a client writes that doesn't wait. */
    private CompletableFuture<Void> flood(String function) {
        return CompletableFuture.runAsync(() -> {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < CALLS; i++) {
                byte[] text =
                        ("{\"e\":\"c." + function + "\",\"p\":1,\"id\":" + i + "}").getBytes(StandardCharsets.UTF_8);
                frames.write(0x81);
                frames.write(0x80 | text.length);
                frames.writeBytes(new byte[4]); // a mask that changes nothing
                frames.writeBytes(text);
                if (frames.size() > 32_000 || i == CALLS - 1) {
                    client.raw(frames.toByteArray());
                    frames.reset();
                }
            }
        });
    }

    private void assertEachIsAnsweredOnce() {
        BitSet answered = new BitSet();
        while (answered.cardinality() < CALLS) {
            String frame = client.next();
            int id = Json.of(frame).path("id").asInt();
            assertThat(answered.get(id)).as(frame).isFalse();
            answered.set(id);
        }
        assertThat(client.call("echo", "1").next()).isEqualTo("{\"e\":\"resolve.echo\",\"id\":\"echo\",\"p\":1}");
    }

    @Test
    void beyondTheReceiveBufferWhileThisSideAwaitsThePeer() {
        start("64KB", 50);
        XyPeer peer = app.lifeCycle().connected();
        CompletableFuture<String> answer =
                peer.withTimeout(Duration.ofMinutes(2)).call("answer", String.class);
        String question = client.next();

        assertThat(flood("hold")).succeedsWithin(Duration.ofSeconds(60));
        app.bean(Functions.class).letGo();

        assertEachIsAnsweredOnce();
        client.send(Json.resolve(question, "\"behind all that\""));
        assertThat(answer).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("behind all that");
    }

    @Test
    @DisabledIfSystemProperty(
            named = "xy.test.virtual-threads",
            matches = "true",
            disabledReason = "there is no maximum")
    void withoutAThreadForAnyOfThem() {
        start("8MB", 2);
        app.lifeCycle().connected();
        try (RawClient busy = app.connect(); // one thread for each peer, which is its share
                RawClient other = app.connect()) {
            app.lifeCycle().connected();
            app.lifeCycle().connected();
            busy.call("hold", "1");
            other.call("hold", "1");
            await().until(() -> app.bean(Functions.class).held.get() == 2);

            CompletableFuture<Void> flood = flood("hold");

            assertThat(flood).succeedsWithin(Duration.ofSeconds(60));
            await().atMost(Duration.ofSeconds(60)).until(() -> client.unread() >= CALLS || !client.isOpen());
            app.bean(Functions.class).letGo();
            assertEachIsAnsweredOnce();
        }
    }
}
