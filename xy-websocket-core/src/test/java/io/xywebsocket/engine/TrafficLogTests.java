package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRateLimit;
import io.xywebsocket.protocol.JsonBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the logger io.xywebsocket.traffic says of frames. */
class TrafficLogTests extends WithEndpoints {

    private static final String SECRET = "\"s3cret\"";

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.xywebsocket.traffic");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    };
    private final ManualClock clock = new ManualClock();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.DEBUG);
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    private XyEndpoint timed() {
        return endpoint(settings -> settings.clock(clock));
    }

    /** Takes the lines so far, without the peer's id, with which each of them begins. */
    private List<String> taken(RawPeer peer) {
        String id = peer.peer().id() + " ";
        List<String> taken = List.copyOf(lines);
        assertThat(taken).allSatisfy(line -> assertThat(line).startsWith(id));
        lines.removeAll(taken);
        return taken.stream().map(line -> line.substring(id.length())).toList();
    }

    private static int bytes(String frame) {
        return JsonBuffer.utf8(frame).length;
    }

    @Test
    void hasALineForEachCallOfAPeerAndOneForItsAnswer() {
        XyEndpoint endpoint = timed();
        endpoint.handlers().register("add", (name, payload, peer) -> {
            clock.advance(Duration.ofMillis(7));
            return "é";
        });
        RawPeer peer = connect(endpoint);
        String question = call("add", SECRET, "\"q 1\"");
        String answer = peer.ask(question);

        assertThat(taken(peer))
                .containsExactly(
                        "in call 'add' id=\"q 1\" bytes=" + bytes(question),
                        "out answer 'add' id=\"q 1\" bytes=" + bytes(answer) + " status=200 ms=7");
    }

    @Test
    void saysTheStatusOfARejectedCall() {
        XyEndpoint endpoint = timed();
        endpoint.handlers().register("full", (name, payload, peer) -> {
            throw new XyException(409, "Full").with("room", "s3cret");
        });
        endpoint.handlers().register("late", (name, payload, peer) -> {
            clock.advance(Duration.ofMillis(3));
            return CompletableFuture.failedFuture(new XyException(410, "s3cret"));
        });
        RawPeer peer = connect(endpoint);
        int full = bytes(peer.ask(call("full", "1")));
        int late = bytes(peer.ask(call("late", "2")));
        int none = bytes(peer.ask(call("none", "3")));
        int alive = bytes(peer.ask(call("xy.alive", "4")));

        assertThat(taken(peer))
                .containsExactly(
                        "in call 'full' id=1 bytes=" + bytes(call("full", "1")),
                        "out rejection 'full' id=1 bytes=" + full + " status=409 ms=0",
                        "in call 'late' id=2 bytes=" + bytes(call("late", "2")),
                        "out rejection 'late' id=2 bytes=" + late + " status=410 ms=3",
                        "in call 'none' id=3 bytes=" + bytes(call("none", "3")),
                        "out rejection 'none' id=3 bytes=" + none + " status=404 ms=0",
                        "in call 'xy.alive' id=4 bytes=" + bytes(call("xy.alive", "4")),
                        "out rejection 'xy.alive' id=4 bytes=" + alive + " status=404 ms=0");
    }

    @Test
    void hasALineForARefusedCallToo() {
        XyRateLimit none = (peer, time) -> (traffic, name) -> new XyRateLimit.Refused(Duration.ofSeconds(1));
        RawPeer peer = connect(endpoint(settings -> settings.rateLimit(none).clock(clock)));
        String refused = peer.ask(call("f", "1"));

        assertThat(taken(peer))
                .containsExactly(
                        "in call 'f' id=1 bytes=" + bytes(call("f", "1")),
                        "out rejection 'f' id=1 bytes=" + bytes(refused) + " status=429 ms=0");
    }

    @Test
    void hasALineForEachCallToAPeerAndOneForItsAnswer() {
        RawPeer peer = connect(timed());
        CompletableFuture<String> good = peer.peer().call("where", "s3cret", String.class);
        String question = peer.next();
        clock.advance(Duration.ofMillis(12));
        String answer = resolved("where", RawPeer.idOf(question), SECRET);
        peer.send(answer);
        assertThat(good.join()).isEqualTo("s3cret");
        assertThat(taken(peer))
                .containsExactly(
                        "out call 'where' id=\"1\" bytes=" + bytes(question),
                        "in answer 'where' id=\"1\" bytes=" + bytes(answer) + " status=200 ms=12");

        CompletableFuture<String> bad = peer.peer().call("where", "s3cret", String.class);
        String again = peer.next();
        String rejection = rejected(
                "where", "\"2\"", "{\"ok\":false,\"message\":{\"status\":400},\"status\":418,\"room\":" + SECRET + "}");
        peer.send(rejection);
        await().until(bad::isCompletedExceptionally);
        assertThat(taken(peer))
                .containsExactly(
                        "out call 'where' id=\"2\" bytes=" + bytes(again),
                        "in rejection 'where' id=\"2\" bytes=" + bytes(rejection) + " status=418 ms=0");
    }

    @Test
    void saysNoTimeForAnAnswerToNothing() {
        RawPeer peer = connect(timed());
        String unasked = resolved("x", "\"77\"", "1");
        peer.send(unasked);
        peer.send(rejected("x", "\"88\"", "[1]"));
        peer.send(rejected("x", "\"99\"", "{\"status\":\"404\"}"));
        peer.assertAlive();

        assertThat(taken(peer).subList(0, 3))
                .containsExactly(
                        "in answer 'x' id=\"77\" bytes=" + bytes(unasked) + " status=200",
                        "in rejection 'x' id=\"88\" bytes=" + bytes(rejected("x", "\"88\"", "[1]")) + " status=500",
                        "in rejection 'x' id=\"99\" bytes=" + bytes(rejected("x", "\"99\"", "{\"status\":\"404\"}"))
                                + " status=500");
    }

    @Test
    void hasALineForEachEvent() {
        XyEndpoint endpoint = timed();
        RawPeer peer = connect(endpoint);
        peer.send(event("note", SECRET));
        peer.assertAlive();
        taken(peer);
        peer.send(event("note", SECRET));
        await().until(() -> !lines.isEmpty());
        assertThat(taken(peer)).containsExactly("in event 'note' bytes=" + bytes(event("note", SECRET)));

        peer.peer().send("moved", "s3cret");
        String moved = peer.next();
        assertThat(taken(peer)).containsExactly("out event 'moved' bytes=" + bytes(moved));
    }

    @Test
    void hasALineForEachPeerOfABroadcast() {
        XyEndpoint endpoint = timed();
        RawPeer one = connect(endpoint);
        RawPeer two = connect(endpoint);
        one.assertAlive();
        two.assertAlive();
        lines.clear();
        assertThat(endpoint.broadcaster().broadcast("price", 17)).isEqualTo(2);
        String event = one.next();
        two.next();

        assertThat(lines)
                .containsExactlyInAnyOrder(
                        one.peer().id() + " out event 'price' bytes=" + bytes(event),
                        two.peer().id() + " out event 'price' bytes=" + bytes(event));
    }

    @Test
    void hasALineForEachCallThatIsGivenUp() {
        XyEndpoint endpoint = timed();
        CompletableFuture<String> never = new CompletableFuture<>();
        endpoint.handlers().register("long", (name, payload, peer) -> never);
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("long", "1", "5", 10_000));
        peer.send(cancel("long", "5"));
        peer.assertAlive();
        assertThat(taken(peer).get(1)).isEqualTo("in cancel 'long' id=5 bytes=" + bytes(cancel("long", "5")));

        CompletableFuture<String> call = peer.peer().call("where", String.class);
        peer.nextWith("c.where");
        call.cancel(false);
        String given = peer.nextWith("cancel.where");
        assertThat(taken(peer).get(1)).isEqualTo("out cancel 'where' id=\"1\" bytes=" + bytes(given));
    }

    @Test
    void namesNothingOfAFrameThatItDoesNotKnow() {
        RawPeer peer = connect(timed());
        peer.send("{\"e\":\"odd.name\",\"id\":1}");
        peer.assertAlive();

        assertThat(taken(peer).get(0)).isEqualTo("in unknown bytes=" + bytes("{\"e\":\"odd.name\",\"id\":1}"));
    }

    @Test
    void letsNoPeerForgeALineOrFillTheLog() {
        RawPeer peer = connect(timed());
        peer.send("{\"e\":\"e.a\\nFORGED\\u2028b\"}");
        peer.send(call("x".repeat(5_000), "\"" + "y".repeat(5_000) + "\""));
        peer.nextWith("\"status\":400");

        assertThat(lines)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(500).doesNotContain("\n", "\u2028"));
        assertThat(taken(peer).get(0)).startsWith("in event 'a?FORGED?b' bytes=");
    }

    @Test
    void goesOnWhenTheLogFails() {
        AppenderBase<ILoggingEvent> failing = new AppenderBase<>() {
            @Override
            public synchronized void doAppend(ILoggingEvent event) {
                throw new IllegalStateException("disk full");
            }

            @Override
            protected void append(ILoggingEvent event) {}
        };
        failing.start();
        logger.addAppender(failing);
        try {
            XyEndpoint endpoint = endpoint();
            endpoint.handlers().register("f", (name, payload, peer) -> 1);
            assertThat(connect(endpoint).ask(call("f", "1"))).isEqualTo(resolved("f", "1", "1"));
        } finally {
            logger.detachAppender(failing);
        }
    }

    @Test
    void keepsNothingWhileItIsOff() {
        logger.setLevel(Level.INFO);
        XyEndpoint endpoint = timed();
        endpoint.handlers().register("f", (name, payload, peer) -> 1);
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("f", "1"))).isEqualTo(resolved("f", "1", "1"));
        XyPeer view = peer.peer();
        view.send("e", 1);
        peer.next();

        assertThat(lines).isEmpty();
        assertThat(endpoint.context.codec().event("e", 1).label()).isNull();
        assertThat(TrafficLog.now(clock)).isEqualTo(TrafficLog.UNTIMED);
    }

    @Test
    void saysNothingOfTheTimeOfACallThatCameBeforeItWasOn() {
        logger.setLevel(Level.INFO);
        XyEndpoint endpoint = timed();
        CompletableFuture<String> later = new CompletableFuture<>();
        endpoint.handlers().register("later", (name, payload, peer) -> later);
        RawPeer peer = connect(endpoint);
        peer.send(call("later", "1"));
        peer.assertAlive();
        logger.setLevel(Level.DEBUG);
        later.complete("x");
        String answer = peer.next();

        assertThat(taken(peer)).containsExactly("out answer 'later' id=1 bytes=" + bytes(answer) + " status=200");
    }
}
