package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.xywebsocket.XyPeer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A peer that sends more at once than its receive buffer holds. */
@Tag("server")
class OverloadTests {

    private static final int KILOBYTE = 1 << 10;
    private static final int BOUND = 64 * KILOBYTE;
    private static final String FILLER = "x".repeat(KILOBYTE - 50);

    /** More than what the operating system keeps of a connection. */
    private static final int FLOOD = 30_000;

    private static App app;

    private RawClient client;

    @BeforeAll
    static void start() {
        app = App.with(
                        "xy.websocket.max-message-size=16KB",
                        "xy.websocket.receive-buffer-size=64KB",
                        "xy.websocket.max-concurrent-calls=4",
                        "xy.websocket.event-order-timeout=100ms",
                        "xy.websocket.heartbeat-interval=500ms")
                .start(Functions.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void connect() {
        app.bean(Functions.class).holdAgain();
        app.bean(Functions.class).notes.clear();
        app.lifeCycle().forget();
        client = app.connect();
    }

    @AfterEach
    void disconnect() {
        app.bean(Functions.class).letGo();
        client.close();
        await().until(() -> app.endpoint().statistics().peers() == 0);
    }

    /** Sends so many frames of about a kilobyte each, until the connection takes no more or all are sent. */
    private CompletableFuture<Void> flood(AtomicInteger sent, String name, boolean calls) {
        return CompletableFuture.runAsync(() -> {
            while (sent.get() < FLOOD) {
                int i = sent.get();
                String payload = "\"" + i + FILLER + "\"";
                if (calls) {
                    client.call(name, payload, "" + i);
                } else {
                    client.event(name, payload);
                }
                sent.incrementAndGet();
            }
        });
    }

    private void awaitNoProgress(AtomicInteger sent) {
        AtomicInteger last = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(400))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    int now = sent.get();
                    return last.getAndSet(now) == now && now > 0;
                });
    }

    @Test
    void stopsReadingAndKeepsToTheBoundAndLosesNothing() {
        AtomicInteger sent = new AtomicInteger();
        client.event("held", "1");
        CompletableFuture<Void> flood = flood(sent, "note", false);

        awaitNoProgress(sent);
        assertThat(flood).as("the flood").isNotDone();
        assertThat(sent.get()).isLessThan(FLOOD);
        assertThat(Instances.of("io.xywebsocket.engine.EventEntry")).isBetween(32, BOUND / KILOBYTE + 32);
        // the heartbeat rests meanwhile: silence is our own doing
        assertThat(client.isQuietFor(Duration.ofMillis(1500))).isTrue();
        assertThat(client.isOpen()).isTrue();

        app.bean(Functions.class).letGo();

        assertThat(flood).succeedsWithin(Duration.ofSeconds(30));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> app.bean(Functions.class).notes.size() == FLOOD);
        for (int i = 0; i < FLOOD; i += 997) {
            assertThat(app.bean(Functions.class).notes.get(i)).startsWith(i + "x");
        }
        assertThat(client.call("echo", "1").next()).isEqualTo("{\"e\":\"resolve.echo\",\"id\":\"echo\",\"p\":1}");
    }

    @Test
    void answersEachCallOnceBeItWith429() {
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> flood = flood(sent, "hold", true);
        awaitNoProgress(sent);
        assertThat(flood).as("the flood").isNotDone();
        assertThat(Instances.of("io.xywebsocket.engine.CallEntry")).isBetween(32, BOUND / KILOBYTE + 32);
        assertThat(app.bean(Functions.class).held).hasValue(4);

        app.bean(Functions.class).letGo();

        assertThat(flood).succeedsWithin(Duration.ofSeconds(30));
        Set<Integer> answered = new HashSet<>();
        int refused = 0;
        while (answered.size() < FLOOD) {
            JsonNode answer = Json.of(client.next());
            assertThat(answered.add(answer.path("id").asInt())).isTrue();
            if (answer.path("e").asText().equals("reject.hold")) {
                assertThat(answer.path("p").toString())
                        .isEqualTo("{\"ok\":false,\"status\":429,\"message\":\"Too many calls at once\"}");
                refused++;
            }
        }
        assertThat(refused).isBetween(1, FLOOD - BOUND / KILOBYTE);
        assertThat(client.call("echo", "1").next()).isEqualTo("{\"e\":\"resolve.echo\",\"id\":\"echo\",\"p\":1}");
    }

    @Test
    void readsOnWhileItAwaitsAnAnswerOfThatPeer() {
        XyPeer peer = app.lifeCycle().connected();
        client.event("held", "1");
        CompletableFuture<String> answer = peer.call("answer", String.class);
        String question = client.next();
        for (int i = 0; i < 90; i++) {
            client.event("note", "\"" + FILLER + "\"");
        }

        client.send(Json.resolve(question, "\"behind all that\""));

        assertThat(answer).succeedsWithin(Duration.ofSeconds(4)).isEqualTo("behind all that");
        app.bean(Functions.class).letGo();
        await().until(() -> app.bean(Functions.class).notes.size() == 90);
    }

    @Test
    void closesWith1008BeyondTwiceTheBoundWhileItAwaitsAnAnswer() {
        XyPeer peer = app.lifeCycle().connected();
        client.event("held", "1");
        peer.call("answer", String.class);
        client.next();

        try {
            for (int i = 0; i < 200; i++) {
                client.event("note", "\"" + FILLER + "\"");
            }
        } catch (UncheckedIOException e) {
            // hung up on already
        }

        assertThat(client.closing()).isEqualTo(new RawClient.Closing(1008, "receive buffer exceeded"));
    }

    @Test
    void runsSoManyCallsOfOnePeerAtOnceAndTheOthersAfterThem() {
        for (int i = 0; i < 20; i++) {
            client.call("hold", "" + i, "" + i);
        }
        try (RawClient other = app.connect()) {
            other.call("hold", "1");
            await().until(() -> app.bean(Functions.class).held.get() == 5);
            assertThat(other.call("echo", "1").next()).endsWith("\"p\":1}");
            assertThat(app.bean(Functions.class).held).hasValue(5);
        }

        app.bean(Functions.class).letGo();

        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            answers.add(client.next());
        }
        assertThat(answers).hasSize(20);
    }
}
