package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyRateLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rate limit is asked about, and what becomes of what it refuses. */
class RateLimitTests extends WithEndpoints {

    private static final XyRateLimit.Verdict REFUSED = new XyRateLimit.Refused(Duration.ofNanos(1_500_001));

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();
    private volatile XyRateLimit.Verdict verdict = XyRateLimit.Verdict.ADMITTED;

    private final XyEndpoint endpoint = deadlines();

    private XyEndpoint deadlines() {
        XyEndpoint deadlines = endpoint(settings -> settings.rateLimit((peer, clock) -> new XyRateLimit.OfPeer() {
            @Override
            public XyRateLimit.Verdict admit(XyRateLimit.Traffic traffic, String name) {
                asked.add(traffic + " " + name);
                return verdict;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }));
        deadlines.handlers().on("e", (name, payload, peer) -> handled.add(name));
        deadlines.handlers().register("f", (name, payload, peer) -> handled.add(name));
        return deadlines;
    }

    @Test
    void isAskedAboutAllThatAPeerSendsOfItsOwnAccord() {
        RawPeer peer = connect(endpoint);
        peer.send(call("f", "1")).send(call("no such function", "2"));
        peer.send("{\"e\":\"c.f\"}").send(event("e")).send(event("nobody listens"));
        peer.send("{\"e\":\"what?\"}").send(resolved("made up", "7", "1"));
        peer.send("{\"e\":\"cancel.made up\",\"id\":7}");
        peer.send("no frame");

        assertThat(peer.awaitClosed().code()).isEqualTo(1007);
        assertThat(asked)
                .containsExactly(
                        "CALL f",
                        "CALL no such function",
                        "CALL f",
                        "EVENT e",
                        "EVENT nobody listens",
                        "OTHER ",
                        "OTHER ",
                        "OTHER ",
                        "MALFORMED ");
        assertThat(closed).hasValue(1);
    }

    /** The first might be what a slow wire makes of a message, and a few pongs may be signs of life. */
    @Test
    void isAskedAboutEmptyFragmentsTinyOnesAndPongs() {
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 50; i++) {
            peer.sendPart("");
        }
        peer.send("{\"e\":\"what?\"}");
        await().until(() -> asked.size() == 51);
        for (int i = 0; i < 51; i++) {
            peer.sendPart(" ");
        }
        peer.sendPart("x".repeat(30_000)).send("no frame");
        await().until(() -> asked.size() == 102);
        assertThat(asked.subList(0, 101)).containsOnly("OTHER ");
        assertThat(asked.get(101)).isEqualTo("MALFORMED ");

        asked.clear();
        RawPeer other = connect(endpoint);
        for (int i = 0; i < 100; i++) {
            other.pong();
        }
        await().until(() -> asked.size() == 96);
        other.assertAlive();
        assertThat(asked.subList(0, 96)).containsOnly("OTHER ");
    }

    @Test
    void isAskedAboutPingsAsAboutPongsUnlessAMessageComesInBetween() {
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 100; i++) {
            peer.ping().pong();
        }
        await().until(() -> asked.size() == 196);
        peer.assertAlive();
        assertThat(asked.subList(0, 196)).containsOnly("OTHER ");
        asked.clear();
        for (int i = 0; i < 20; i++) {
            peer.ping().ping().pong();
            peer.assertAlive();
        }
        assertThat(asked).hasSize(20).containsOnly("CALL alive?");
    }

    @Test
    void isNotAskedAboutTheFragmentsOfALargeMessage() {
        RawPeer peer = connect(endpoint);
        peer.sendPart("{\"e\":\"e.e\",\"p\":\"");
        for (int i = 0; i < 50; i++) {
            peer.sendPart("x".repeat(i % 2 == 0 ? 2_000 : 1));
        }
        peer.send("\"}").assertAlive();
        assertThat(asked).containsExactly("EVENT e", "CALL alive?");
    }

    @Test
    void aFloodOfEmptyFragmentsIsClosed() {
        RawPeer peer = connect(endpoint);
        peer.sendPart("");
        await().until(() -> !asked.isEmpty());
        verdict = XyRateLimit.Verdict.EXCESSIVE;
        peer.sendPart("");
        assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(1008, "rate limit"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1005, 1006, 1007, 1009, 4000})
    void isNotToldOfHowThePeerCloses(int code) {
        connection(connect(endpoint)).onClosed(code, "");

        assertThat(asked).isEmpty();
        assertThat(closed).hasValue(1);
    }

    private static Connection connection(RawPeer peer) {
        return ((ConnectionPeer) peer.peer()).connection;
    }

    @Test
    void isNotAskedAboutAnswersThatWeHaveAskedFor() {
        RawPeer peer = connect(endpoint);
        var answer = peer.peer().call("g", Integer.class);
        verdict = REFUSED;
        peer.answerNext("g", "1");

        await().until(answer::isDone);
        assertThat(answer.join()).isEqualTo(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void isNotAskedAboutTheCancellationOfACallThatRuns() {
        CompletableFuture<Integer> never = new CompletableFuture<>();
        endpoint.handlers().register("never", (name, payload, peer) -> never);
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("never", "1", "1", 60_000))
                .send(cancel("never", "1"))
                .send(cancel("never", "1"));

        await().until(() -> asked.size() >= 2);
        peer.assertAlive();
        assertThat(asked).containsExactly("CALL never", "OTHER ", "CALL alive?");
    }

    @Test
    void aRefusedCallIsRejectedWithTheTimeToWait() {
        verdict = REFUSED;

        assertThat(connect(endpoint).ask(call("f", "1")))
                .isEqualTo(rejected(
                        "f", "1", "{\"ok\":false,\"status\":429,\"message\":\"Too many calls\",\"retryAfter\":2}"));
        assertThat(handled).isEmpty();
        assertThat(endpoint.statistics().refusedCalls()).isEqualTo(1);
    }

    @Test
    void aRefusedCallToANameThatNobodyOffersDoesNotTellSo() {
        verdict = REFUSED;

        assertThat(connect(endpoint).ask(call("no such function", "1"))).contains("\"status\":429");
    }

    @Test
    void aRefusedEventIsDroppedAndCounted() {
        RawPeer peer = connect(endpoint);
        verdict = REFUSED;
        peer.send(event("e")).send(event("e"));
        await().until(() -> endpoint.statistics().refusedEvents() == 2);
        verdict = XyRateLimit.Verdict.ADMITTED;
        peer.send(event("e")).assertAlive();

        assertThat(handled).containsExactly("e");
    }

    @Test
    void framesThatAreIgnoredAnywayAreCountedAsThat() {
        verdict = REFUSED;
        connect(endpoint).send("{\"e\":\"what?\"}").send(resolved("made up", "7", "1"));

        await().until(() -> endpoint.statistics().ignoredFrames() == 1
                && endpoint.statistics().unmatchedAnswers() == 1);
        assertThat(endpoint.statistics().refusedEvents()).isZero();
    }

    @Test
    void warnsOncePerPeer() {
        verdict = REFUSED;
        RawPeer one = connect(endpoint);
        RawPeer two = connect(endpoint);
        try (LogCapture logged = new LogCapture()) {
            for (int i = 0; i < 10; i++) {
                one.send(event("e")).send("{\"e\":\"what?\"}").ask(call("f", "1"));
            }
            two.ask(call("f", "1"));

            assertThat(logged.lines(Level.WARN))
                    .containsExactly(
                            "Peer " + one.peer().id() + " is over its rate limit: calls get 429, events are dropped",
                            "Peer " + two.peer().id() + " is over its rate limit: calls get 429, events are dropped");
        }
    }

    @Test
    void aLimitThatFailsRefusesNothingAndKeepsNobodyFromLeaving() {
        XyEndpoint failing = endpoint(settings -> settings.rateLimit((peer, clock) -> new XyRateLimit.OfPeer() {
            @Override
            public XyRateLimit.Verdict admit(XyRateLimit.Traffic traffic, String name) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public void close() {
                throw new IllegalStateException("another");
            }
        }));
        failing.handlers().register("f", (name, payload, peer) -> 7);
        CountDownLatch left = new CountDownLatch(1);
        failing.handlers().register("wait", (name, payload, peer) -> peer.call("never", Void.class)
                .whenComplete((value, error) -> left.countDown()));
        try (LogCapture logged = new LogCapture()) {
            RawPeer peer = connect(failing).send(call("wait", "1"));
            peer.nextWith("c.never");
            assertThat(peer.ask(call("f", "2"))).isEqualTo(resolved("f", "2", "7"));

            peer.send("no frame");

            assertThat(peer.awaitClosed().code()).isEqualTo(1007);
            await().until(() -> left.getCount() == 0);
            assertThat(logged.lines(Level.WARN))
                    .containsExactly("The rate limit of peer " + peer.peer().id() + " failed: it refuses nothing");
        }
    }

    @Test
    void whoGoesOnForTooLongIsClosed() {
        verdict = XyRateLimit.Verdict.EXCESSIVE;
        RawPeer peer = connect(endpoint).send(event("e"));

        assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(1008, "rate limit"));
        assertThat(handled).isEmpty();
    }

    @Test
    void theLimitOfAPeerIsClosedHoweverThePeerLeaves() {
        connect(endpoint).vanish();
        await().until(() -> closed.get() == 1);
        connect(endpoint).peer().close();
        await().until(() -> closed.get() == 2);
    }
}
