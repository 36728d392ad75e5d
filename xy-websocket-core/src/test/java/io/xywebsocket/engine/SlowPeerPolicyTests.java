package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XySlowPeerPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that stop reading for a while, under each policy, and events of which only the latest counts. */
class SlowPeerPolicyTests extends WithEndpoints {

    private static final int BUFFER = 20_000;
    private static final String FILLER = "x".repeat(970);

    private final CountDownLatch release = new CountDownLatch(1);

    private XyEndpoint endpoint(XySlowPeerPolicy policy) {
        return endpoint(settings -> settings.limits(sendBuffer(BUFFER)).slowPeers(policy));
    }

    /** Sends numbered events of about a kilobyte, and returns the numbers of those that were queued. */
    private static List<Integer> sendEvents(XyPeer peer, int count) {
        return IntStream.range(0, count)
                .filter(i -> peer.send("e", i + FILLER))
                .boxed()
                .toList();
    }

    private static int number(String event) {
        return Integer.parseInt(event.substring(event.indexOf("\"p\":\"") + 5, event.indexOf('x')));
    }

    /** The numbers of the events that have come when a last one has. */
    private static List<Integer> numbers(RawPeer peer) {
        assertThat(peer.peer().send("end")).isTrue();
        peer.nextWith("e.end");
        return peer.frames().stream()
                .filter(frame -> frame.startsWith("{\"e\":\"e.e\""))
                .map(SlowPeerPolicyTests::number)
                .toList();
    }

    private static List<String> framesOf(RawPeer peer, String name) {
        return peer.frames().stream()
                .filter(frame -> frame.startsWith("{\"e\":\"" + name + "\""))
                .toList();
    }

    private static int payload(String frame) {
        return Integer.parseInt(frame.replaceFirst(".*\"p\":(\\d+).*", "$1"));
    }

    private static List<Integer> numbersTo100() {
        return IntStream.range(0, 100).boxed().toList();
    }

    private static void awaitRoom(XyEndpoint endpoint) {
        await().until(() -> endpoint.statistics().queuedBytes() == 0);
    }

    @Test
    void keepsTheOldestEvents() {
        XyEndpoint endpoint = endpoint(XySlowPeerPolicy.DROP_NEWEST);
        RawPeer slow = connect(endpoint, 3000);
        slow.stopReading();
        List<Integer> queued = sendEvents(slow.peer(), 100);
        assertThat(queued).hasSizeBetween(18, 30).startsWith(0, 1, 2);
        slow.readOn();
        awaitRoom(endpoint);
        assertThat(numbers(slow)).isEqualTo(queued);
        assertThat(endpoint.statistics().droppedEvents()).isEqualTo(100 - queued.size());
        assertThat(endpoint.statistics().droppedPeers()).isZero();
    }

    @Test
    void keepsTheNewestEvents() {
        XyEndpoint endpoint = endpoint(XySlowPeerPolicy.DROP_OLDEST);
        RawPeer slow = connect(endpoint, 3000);
        slow.stopReading();
        assertThat(sendEvents(slow.peer(), 100)).hasSize(100);
        slow.readOn();
        awaitRoom(endpoint);
        List<Integer> numbers = numbers(slow);
        assertThat(numbers).isSorted().doesNotHaveDuplicates().hasSizeBetween(18, 30);
        assertThat(numbers).endsWith(IntStream.range(85, 100).boxed().toArray(Integer[]::new));
        assertThat(endpoint.statistics().droppedEvents()).isEqualTo(100 - numbers.size());
        assertThat(endpoint.statistics().droppedPeers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DROP_PEER")
    void losesNoCallAndNoAnswerAndKeepsTheirOrder(XySlowPeerPolicy policy) {
        XyEndpoint endpoint = endpoint(policy);
        endpoint.handlers().register("f", Integer.class, i -> i);
        RawPeer slow = connect(endpoint, 100);
        slow.stopReading();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            slow.peer().send("e", i + FILLER);
            answers.add(slow.peer().call("g", i, Integer.class));
            slow.send(call("f", "" + i, "" + i));
        }
        slow.readOn();
        await().until(() -> framesOf(slow, "c.g").size() == 100
                && framesOf(slow, "resolve.f").size() == 100);
        assertThat(framesOf(slow, "c.g").stream().map(SlowPeerPolicyTests::payload))
                .containsExactlyElementsOf(numbersTo100());
        assertThat(framesOf(slow, "resolve.f").stream().map(SlowPeerPolicyTests::payload))
                .as("of calls that run side by side")
                .containsExactlyInAnyOrderElementsOf(numbersTo100());
        for (int i = 0; i < 100; i++) {
            slow.answerNext("g", "" + i);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i).join()).isEqualTo(i);
        }
        assertThat(endpoint.statistics().droppedEvents()).isGreaterThan(50);
        assertThat(endpoint.statistics().droppedPeers()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatReadsIsNotDroppedForManyLargeAnswersAtOnce(XySlowPeerPolicy policy) {
        XyEndpoint endpoint = endpoint(policy);
        AtomicInteger waiting = new AtomicInteger();
        String answer = "x".repeat(5000);
        endpoint.handlers().register("large", (name, payload, peer) -> {
            waiting.incrementAndGet();
            release.await();
            return answer;
        });
        RawPeer peer = connect(endpoint, 10);
        for (int i = 0; i < 60; i++) {
            peer.send(call("large", "" + i));
        }
        await().until(() -> waiting.get() == 60);
        peer.stopReading();
        release.countDown();
        await().until(() -> endpoint.statistics().queuedBytes() > 290_000);
        assertThat(peer.peer().send("note")).isTrue();
        peer.readOn();
        peer.nextWith("e.note");
        await().until(() -> peer.received() == 61);
        assertThat(endpoint.statistics().droppedPeers()).isZero();
        assertThat(endpoint.statistics().droppedEvents()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void largeAnswersThatNobodyReadsDropThePeer(XySlowPeerPolicy policy) {
        XyEndpoint endpoint = endpoint(policy);
        CountDownLatch running = new CountDownLatch(60);
        String answer = "x".repeat(10_000);
        endpoint.handlers().register("large", (name, payload, peer) -> {
            running.countDown();
            release.await();
            return answer;
        });
        RawPeer peer = connect(endpoint, 10);
        for (int i = 0; i < 60; i++) {
            peer.send(call("large", "" + i));
        }
        await().until(() -> running.getCount() == 0);
        peer.stopReading();
        release.countDown();
        assertThat(peer.awaitClosed().code()).isEqualTo(1006);
        assertThat(endpoint.statistics().droppedPeers()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void refusalsThatNobodyReadsDropThePeer(XySlowPeerPolicy policy) {
        XyEndpoint endpoint = endpoint(settings ->
                settings.slowPeers(policy).limits(sendBuffer(BUFFER)).timeouts(sendTimeout(1_000)));
        RawPeer rude = connect(endpoint, 1000);
        rude.stopReading();
        try {
            for (int i = 0; i < 2000; i++) {
                rude.send("{\"e\":\"c.f\"}");
            }
        } catch (java.io.UncheckedIOException closed) {
            // it may be over before all is sent
        }
        assertThat(rude.awaitClosed().code()).isEqualTo(1006);
        assertThat(endpoint.statistics().droppedPeers()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DROP_PEER")
    void tellsOnceOfEachPeerThatLosesEvents(XySlowPeerPolicy policy) {
        XyEndpoint endpoint = endpoint(policy);
        List<RawPeer> slow = List.of(connect(endpoint, 10), connect(endpoint, 10));
        slow.forEach(RawPeer::stopReading);
        try (LogCapture log = new LogCapture()) {
            slow.forEach(peer -> sendEvents(peer.peer(), 100));
            assertThat(log.lines(Level.WARN))
                    .containsExactlyElementsOf(slow.stream()
                            .map(peer -> "Peer " + peer.peer().id()
                                    + " is too slow and loses events: send buffer full (slow-peers: " + policy + ")")
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DROP_PEER")
    void aPeerThatTakesNothingAtAllIsDroppedWhateverThePolicy(XySlowPeerPolicy policy) {
        XyEndpoint endpoint = endpoint(settings ->
                settings.slowPeers(policy).limits(sendBuffer(BUFFER)).timeouts(sendTimeout(200)));
        RawPeer slow = connect(endpoint, 10);
        slow.stopReading();
        sendEvents(slow.peer(), 100);
        assertThat(slow.awaitClosed().code()).isEqualTo(1006);
    }

    @Test
    void onlyTheLatestOfEachKeyReachesAPeerThatPauses() {
        XyEndpoint endpoint = endpoint(XySlowPeerPolicy.DROP_PEER);
        RawPeer slow = connect(endpoint, 100);
        RawPeer quick = connect(endpoint);
        slow.stopReading();
        slow.peer().send("filler", FILLER);
        for (int i = 0; i < 1000; i++) {
            for (String symbol : List.of("A", "B", "C")) {
                assertThat(endpoint.broadcaster().broadcastLatest("price", symbol, symbol + i))
                        .isEqualTo(2);
            }
        }
        endpoint.broadcaster().broadcast("end");
        quick.nextWith("e.end");
        slow.readOn();
        slow.nextWith("e.end");
        List<String> prices = slow.frames().stream()
                .filter(frame -> frame.contains("e.price"))
                .toList();
        assertThat(prices)
                .contains(event("price", "\"A999\""), event("price", "\"B999\""), event("price", "\"C999\""))
                .as("the latest, and what was on the wire already")
                .hasSizeLessThan(8);
        assertThat(endpoint.statistics().replacedEvents()).isGreaterThan(2900);
        assertThat(endpoint.statistics().droppedEvents()).isZero();
    }

    @Test
    void theLatestGoesToThoseAFilterTakesAndToOnePeer() {
        XyEndpoint endpoint = endpoint();
        RawPeer first = connect(endpoint);
        RawPeer second = connect(endpoint);
        assertThat(endpoint.broadcaster()
                        .here()
                        .where(peer -> peer.equals(first.peer()))
                        .sendLatest("price", "A", 1))
                .isEqualTo(1);
        assertThat(second.peer().sendLatest("price", "A", 2)).isTrue();
        assertThat(first.next()).isEqualTo(event("price", "1"));
        assertThat(second.next()).isEqualTo(event("price", "2"));
        second.vanish();
        await().until(() -> !second.peer().isOpen());
        assertThat(second.peer().sendLatest("price", "A", 3)).isFalse();
    }
}
