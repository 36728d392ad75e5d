package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** All threads are inside handlers, and there may be no more. */
@Tag("server")
@DisabledIfSystemProperty(named = "xy.test.virtual-threads", matches = "true", disabledReason = "there is no maximum")
class FullExecutorTests {

    private static final int THREADS = 3;
    private static final int EVENTS = 4_000;

    private App app;
    private final List<RawClient> busy = new ArrayList<>();
    private RawClient client;

    @BeforeEach
    void fill() {
        app = App.with(
                        "xy.websocket.executor.max-threads=" + THREADS,
                        "xy.websocket.receive-buffer-size=64KB",
                        "xy.websocket.max-message-size=16KB",
                        "xy.websocket.heartbeat-interval=700ms")
                .start(Functions.class);
        client = app.connect();
        for (int i = 0; i < THREADS; i++) { // none may have all of them
            busy.add(app.connect().call("hold", "" + i, "" + i));
        }
        await().until(() -> app.bean(Functions.class).held.get() == THREADS);
    }

    @AfterEach
    void stop() {
        app.bean(Functions.class).letGo();
        client.close();
        busy.forEach(RawClient::close);
        app.close();
    }

    @Test
    void callsAreRejectedAndEventsWaitOnTheWireAndNoneIsLost() {
        await().until(() -> client.call("echo", "1").next().contains("\"status\":503,\"message\":\"Too busy\""));
        client.event("note", "\"-1 waits\"");
        assertThat(client.call("echo", "1").next())
                .as("a call behind an event that waits")
                .contains("\"status\":503,\"message\":\"Too busy\"");
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < EVENTS; i++) {
                client.event("note", "\"" + i + " " + "x".repeat(8_000) + "\"");
                sent.incrementAndGet();
            }
        });
        AtomicInteger last = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(500))
                .until(() -> last.getAndSet(sent.get()) == sent.get() && sent.get() > 0);

        assertThat(sent).as("what is held back stays on the wire").hasValueLessThan(EVENTS);
        assertThat(Instances.of("io.xywebsocket.engine.EventEntry")).isLessThan(64);
        assertThat(client.isQuietFor(Duration.ofSeconds(2))).isTrue();
        assertThat(client.isOpen())
                .as("the heartbeat drops nobody whom we don't read")
                .isTrue();

        app.bean(Functions.class).letGo();

        assertThat(flood).succeedsWithin(Duration.ofSeconds(60));
        List<String> notes = app.bean(Functions.class).notes;
        await().atMost(Duration.ofSeconds(60)).until(() -> notes.size() == 1 + EVENTS);
        assertThat(notes.stream().map(note -> Integer.valueOf(note.substring(0, note.indexOf(' ')))))
                .containsExactlyElementsOf(IntStream.range(-1, EVENTS).boxed().toList());
        assertThat(client.call("echo", "1").next()).endsWith("\"p\":1}");
    }
}
