package io.xywebsocket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyStatistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Some of many peers stop reading during broadcasts of 64 KiB: what becomes of them is the policy's, and the others don't notice. */
@Tag("server")
@ExtendWith(OutputCaptureExtension.class)
class SlowPeerPolicyTests {

    private static final int EVENT = 64 << 10;
    private static final int EVENTS = 200; // 13 MB: more than the operating system keeps of a connection
    private static final int ON_THE_WIRE = 4; // as many as it keeps for certain
    private static final int SEND_BUFFER = 256 << 10;
    private static final String FILLER = "x".repeat(EVENT);
    private static final String END = "{\"e\":\"resolve.echo\",\"id\":\"end\",\"p\":1}";
    private static final Duration PROMPT = Duration.ofSeconds(5);

    private App app;
    private final List<RawClient> healthy = new ArrayList<>();
    private final List<RawClient> stalled = new ArrayList<>();
    private long mostQueued;

    @AfterEach
    void stop() {
        healthy.forEach(RawClient::close);
        stalled.forEach(RawClient::vanish);
        app.close();
    }

    private void start(String policy) {
        app = App.with(
                        "xy.websocket.slow-peers=" + policy,
                        "xy.websocket.send-buffer-size=" + SEND_BUFFER + "B",
                        "xy.websocket.send-timeout=2m",
                        "xy.websocket.heartbeat-interval=2m")
                .start(Functions.class);
        for (int i = 0; i < 20; i++) {
            healthy.add(app.connect());
        }
        for (int i = 0; i < 5; i++) {
            stalled.add(app.handshake().notReading().open());
        }
        await().until(() -> app.endpoint().statistics().peers() == 25
                && app.endpoint().peers().stream().allMatch(peer -> LifeCycle.isLetIn(app.endpoint(), peer)));
    }

    /** Broadcasts numbered events; each reaches every healthy peer, in order and promptly, before the next is sent. */
    private void broadcastAll() {
        for (int i = 0; i < EVENTS; i++) {
            if (i == EVENTS / 2) {
                stalled.forEach(this::callMeanwhile);
            }
            long start = System.nanoTime();
            app.bean(XyBroadcaster.class).broadcast("big", i + FILLER);
            for (RawClient client : healthy) {
                assertThat(number(client.next())).isEqualTo(i);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPT);
            mostQueued = Math.max(mostQueued, app.endpoint().statistics().queuedBytes());
            if (i < ON_THE_WIRE) {
                await().until(() -> app.endpoint().statistics().queuedBytes() == 0);
            }
        }
    }

    private void callMeanwhile(RawClient client) {
        try {
            client.call("echo", "1", "meanwhile");
        } catch (java.io.UncheckedIOException dropped) {
            // as the policy may have it
        }
    }

    private static int number(String event) {
        assertThat(event).startsWith("{\"e\":\"e.big\",\"p\":\"").hasSizeGreaterThan(EVENT);
        return Integer.parseInt(event.substring(18, event.indexOf('x')));
    }

    /** Has a stalled peer read on; returns the numbers of the events that it gets. */
    private List<Integer> readOn(RawClient client) {
        client.readAfterAll().call("echo", "1", "end");
        List<Integer> numbers = new ArrayList<>();
        int answers = 0;
        for (String frame; !(frame = client.next()).equals(END); ) {
            if (frame.startsWith("{\"e\":\"resolve.echo\",\"id\":\"meanwhile\"")) {
                answers++;
            } else {
                numbers.add(number(frame));
            }
        }
        assertThat(answers).isEqualTo(1);
        assertThat(numbers).isSorted().doesNotHaveDuplicates().hasSizeLessThan(EVENTS);
        return numbers;
    }

    private void assertQueuedWithinBounds() {
        assertThat(mostQueued).isLessThanOrEqualTo(5 * (SEND_BUFFER + 2 * (EVENT + 200L)) + 20 * (EVENT + 200L));
    }

    @Test
    void stalledPeersAreDropped(CapturedOutput output) {
        start("drop-peer");
        broadcastAll();

        assertThat(app.endpoint().statistics().droppedPeers()).isEqualTo(5);
        assertThat(app.endpoint().statistics().peers()).isEqualTo(20);
        assertThat(app.endpoint().statistics().droppedEvents()).isZero();
        assertThat(output.toString().split("is dropped: too slow: send buffer full"))
                .hasSize(6);
        assertQueuedWithinBounds();
        await().until(() -> app.endpoint().statistics().closing() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop-oldest", "drop-newest"})
    void stalledPeersStayAndLoseEvents(String policy, CapturedOutput output) {
        start(policy);
        broadcastAll();

        assertThat(app.endpoint().statistics().peers()).isEqualTo(25);
        assertThat(output.toString().split("is too slow and loses events"))
                .as("one warning each")
                .hasSize(6);
        assertQueuedWithinBounds();
        long received = 0;
        for (RawClient client : stalled) {
            List<Integer> numbers = readOn(client);
            received += numbers.size();
            assertThat(numbers).startsWith(0, 1, 2, 3); // on the wire before it stalled
            if (policy.equals("drop-oldest")) {
                assertThat(numbers).endsWith(EVENTS - 3, EVENTS - 2, EVENTS - 1);
            } else {
                assertThat(numbers).doesNotContain(EVENTS - 1);
            }
        }
        assertThat(app.endpoint().statistics().droppedEvents()).isEqualTo(5L * EVENTS - received);
        app.bean(XyBroadcaster.class).broadcast("big", EVENTS + FILLER);
        stalled.forEach(client -> assertThat(number(client.next())).isEqualTo(EVENTS));
    }

    @Test
    void aPeerThatPausesGetsOnlyTheLastPriceOfEachKey(CapturedOutput output) {
        start("drop-peer");
        List<String> symbols = List.of("A", "B", "C");
        for (int i = 0; i < EVENTS; i++) {
            for (String symbol : symbols) {
                app.bean(XyBroadcaster.class).broadcastLatest("price", symbol, symbol + i + FILLER);
            }
            String last = "C" + i + "x";
            healthy.forEach(client -> awaitPrice(client, last));
        }

        XyStatistics statistics = app.endpoint().statistics();
        assertThat(statistics.peers()).isEqualTo(25);
        assertThat(statistics.droppedEvents()).isZero();
        assertThat(statistics.replacedEvents()).isGreaterThan(5 * EVENTS);
        for (RawClient client : stalled) {
            client.readAfterAll().call("echo", "1", "end");
            List<String> prices = new ArrayList<>();
            for (String frame; !(frame = client.next()).equals(END); ) {
                prices.add(frame.substring(20, frame.indexOf('x')));
            }
            assertThat(prices.subList(prices.size() - 3, prices.size()))
                    .containsExactlyInAnyOrder("A" + (EVENTS - 1), "B" + (EVENTS - 1), "C" + (EVENTS - 1));
            symbols.forEach(symbol -> assertThat(IntStream.range(0, EVENTS)
                            .filter(i -> prices.contains(symbol + i))
                            .count())
                    .isEqualTo(prices.stream()
                            .filter(price -> price.startsWith(symbol))
                            .count())
                    .isLessThan(EVENTS));
        }
        assertThat(output.toString()).doesNotContain("too slow");
    }

    private static void awaitPrice(RawClient client, String last) {
        String frame;
        do {
            frame = client.next();
        } while (!frame.startsWith("{\"e\":\"e.price\",\"p\":\"" + last));
    }
}
