package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyBindingException;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.transport.MessageAssembler;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What peers make an endpoint hold: messages that they don't end, calls that run for long. */
class ReceivedBytesTests extends WithEndpoints {

    private static final String BEGIN = "{\"e\":\"c.echo\",\"id\":1,\"p\":\"";
    private static final String END = "\"}";

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();

    @AfterEach
    void release() {
        release.countDown();
    }

    private XyEndpoint bounded(long maxReceivedBytes, int receiveBuffer) {
        XyLimits limits = XyLimits.DEFAULT
                .withMaxMessageSize(Math.min(receiveBuffer, 100_000))
                .withReceiveBufferSize(receiveBuffer);
        XyEndpoint endpoint = endpoint(settings -> settings.limits(limits).maxReceivedBytes(maxReceivedBytes));
        endpoint.handlers().register("echo", (name, payload, peer) -> payload);
        endpoint.handlers().register("block", (name, payload, peer) -> {
            running.incrementAndGet();
            release.await();
            return 1;
        });
        endpoint.handlers().on("block", (name, payload, peer) -> {
            running.incrementAndGet();
            release.await();
        });
        return endpoint;
    }

    private static String text(int length) {
        return "x".repeat(length);
    }

    private static void awaitNothingLeft(XyEndpoint endpoint) {
        await().until(() -> endpoint.statistics().receivedBytes() == 0);
        await().until(() -> endpoint.context.orphanedBytes().bytes() == 0);
    }

    // ---- unfinished messages

    private XyEndpoint withMessageTimeout(long millis) {
        return endpoint(settings -> settings.timeouts(XyTimeouts.DEFAULT.withMessage(millis(millis))));
    }

    /** Small steps are no way round it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x"})
    void aMessageThatHasBegunMustEndInTime(String step) {
        XyEndpoint endpoint = withMessageTimeout(200);
        RawPeer peer = connect(endpoint).sendPart(BEGIN);
        try (LogCapture log = new LogCapture(Level.DEBUG)) {
            try {
                await().pollInterval(millis(10)).until(() -> {
                    peer.sendPart(step);
                    return !peer.isOpen();
                });
            } catch (UncheckedIOException closed) {
                // between two looks
            }
            assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(1008, "message not ended within 200 ms"));
            assertThat(log.lines(Level.DEBUG))
                    .contains("Peer " + peer.peer().id() + " is closed: message not ended within 200 ms");
        }
        awaitNothingLeft(endpoint);
    }

    @Test
    void theTimeIsThatOfOneMessage() {
        ManualClock clock = new ManualClock();
        XyTimeouts timeouts = all(Duration.ofDays(1)).withMessage(Duration.ofSeconds(30));
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock).timeouts(timeouts));
        endpoint.handlers().register("echo", (name, payload, peer) -> payload);
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 5; i++) {
            peer.sendPart(BEGIN);
            await().until(() -> endpoint.statistics().receivedBytes() > 0);
            clock.advance(millis(29_000));
            assertThat(peer.send(END).nextWith("resolve.echo")).isNotNull();
            clock.advance(millis(900));
        }
        peer.sendPart(BEGIN);
        await().until(() -> endpoint.statistics().receivedBytes() > 0);
        clock.advance(millis(31_001));
        assertThat(peer.awaitClosed().code()).isEqualTo(1008);
    }

    @Test
    void anUnfinishedMessageCountsUntilItEndsOrItsPeerGoes() {
        XyEndpoint endpoint = bounded(1_000_000, 100_000);
        RawPeer ends = connect(endpoint).sendPart(BEGIN).sendPart(text(40_000));
        RawPeer goes = connect(endpoint).sendPart(text(30_000));
        RawPeer isClosed = connect(endpoint).sendPart(text(20_000));
        await().until(() -> endpoint.statistics().receivedBytes() > 90_000);
        assertThat(endpoint.statistics().receivedBytes()).isLessThan(92_000);

        assertThat(ends.send(END).nextWith("resolve.echo")).hasSizeGreaterThan(40_000);
        await().until(() -> endpoint.statistics().receivedBytes() < 52_000);
        goes.vanish();
        await().until(() -> endpoint.statistics().receivedBytes() < 22_000);
        isClosed.peer().close();
        awaitNothingLeft(endpoint);
    }

    /** One character beyond Latin-1 doubles a text in memory. */
    @Test
    void memoryCountsAndNotTheWire() {
        XyEndpoint endpoint = bounded(1_000_000, 100_000);
        connect(endpoint).sendPart("\u20ac" + text(40_000));
        await().until(() -> endpoint.statistics().receivedBytes() > 80_000);
    }

    @Test
    void anUnfinishedMessageTakesRoomInTheReceiveBuffer() {
        XyEndpoint endpoint = bounded(1_000_000, 50_000);
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 4; i++) {
            peer.send(event("block", "\"" + text(10_000) + "\""));
        }
        peer.sendPart(BEGIN).sendPart(text(25_000)).sendPart(text(30_000));
        await().until(() -> endpoint.statistics().receivedBytes() > 65_000);
        await().pollInterval(millis(10))
                .during(millis(100))
                .until(() -> endpoint.statistics().receivedBytes() < 70_000); // the rest isn't read
        release.countDown();
        await().until(() -> isIdle(peer)); // a call of that size gets in beside nothing that waits
        assertThat(peer.send(END).nextWith("\"id\":1")).contains("resolve.echo").hasSizeGreaterThan(55_000);
        awaitNothingLeft(endpoint);
    }

    @Test
    void whoHoldsMostOfUnfinishedMessagesGoesWhenAllHoldTooMuch() {
        XyEndpoint endpoint = bounded(100_000, 100_000);
        RawPeer most = connect(endpoint).sendPart(text(30_000)).sendPart(text(30_000));
        await().until(() -> endpoint.statistics().receivedBytes() >= 60_000);
        RawPeer other = connect(endpoint).sendPart(BEGIN).sendPart(text(30_000));
        await().until(() -> endpoint.statistics().receivedBytes() > 90_000);
        try (LogCapture log = new LogCapture()) {
            RawPeer last = connect(endpoint).sendPart(BEGIN).sendPart(text(20_000));

            assertThat(most.awaitClosed()).isEqualTo(new RawPeer.Closed(1013, "too much received at once"));
            assertThat(other.send(END).nextWith("resolve.echo")).isNotNull();
            assertThat(last.send(END).nextWith("resolve.echo")).isNotNull();
            assertThat(log.lines(Level.WARN)).singleElement().asString().contains("max-received-bytes, 100000");
        }
        awaitNothingLeft(endpoint);
    }

    @Test
    void aCallGetsTheRoomOfAnUnfinishedMessageThatHoldsEnough() {
        XyEndpoint endpoint = bounded(100_000, 100_000);
        RawPeer most = connect(endpoint).sendPart(text(60_000));
        await().until(() -> endpoint.statistics().receivedBytes() >= 60_000);
        connect(endpoint).send(call("block", "\"" + text(30_000) + "\"", "1"));
        await().until(() -> running.get() == 1);

        assertThat(connect(endpoint).ask(call("echo", "\"" + text(20_000) + "\"", "2")))
                .contains("resolve.echo");
        assertThat(most.awaitClosed()).isEqualTo(new RawPeer.Closed(1013, "too much received at once"));
        release.countDown();
        awaitNothingLeft(endpoint);
    }

    /** As an attacker does who needs no login. */
    @Test
    void howeverManyBeginAMessageTheBoundHolds() {
        XyEndpoint endpoint = bounded(200_000, 100_000);
        List<RawPeer> peers = new ArrayList<>();
        try (LogCapture log = new LogCapture()) {
            for (int i = 0; i < 100; i++) {
                RawPeer peer = connect(endpoint);
                peers.add(peer);
                try {
                    for (int part = 0; part < 9; part++) {
                        peer.sendPart(text(10_000));
                    }
                } catch (UncheckedIOException closed) {
                    // others have less
                }
                // a part counts before there is room for it, and parts of several peers may come at a time
                assertThat(endpoint.statistics().receivedBytes()).isLessThan(300_000);
            }
            await().until(() -> endpoint.peers().size() < 30);
            assertThat(log.lines(Level.WARN)).hasSize(1);
        }
        peers.forEach(RawPeer::vanish);
        awaitNothingLeft(endpoint);
    }

    /** It need not wait for the close, which may be behind much that isn't read. */
    @Test
    void whatIsDroppedIsLetGoAtOnceAndNothingIsGatheredAfterIt() throws Exception {
        MessageAssembler assembler = new MessageAssembler(1000);
        assertThat(assembler.add("begin", false)).isNull();
        assertThat(assembler.held()).isPositive();
        assembler.discard();
        assertThat(assembler.held()).isZero();
        assertThat(assembler.add(text(2000), false)).isNull();
        assertThat(assembler.held()).isZero();
        assertThat(assembler.add("end", true)).isNull();
    }

    // ---- calls and events that are here for long

    @ParameterizedTest
    @ValueSource(strings = {"p", "id"})
    void whatRunningCallsHoldIsBoundByTheReceiveBuffer(String member) {
        XyEndpoint endpoint = bounded(10_000_000, 400_000);
        IntFunction<String> large = member.equals("p")
                ? i -> call("block", "\"" + text(90_000) + "\"", "" + i)
                : i -> "{\"e\":\"c.block\",\"id\":\"" + i + text(90_000) + "\"}";
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 200; i++) {
            peer.send(large.apply(i));
            assertThat(endpoint.statistics().receivedBytes()).isLessThanOrEqualTo(400_000);
        }
        String status = member.equals("p") ? "\"status\":429" : "\"status\":400";
        int refused = member.equals("p") ? 196 : 200;
        await().until(() -> peer.received() == refused);
        assertThat(peer.frames()).allMatch(frame -> frame.contains(status) && frame.length() < 200);
        assertThat(running).hasValue(200 - refused);

        peer.assertAlive(); // though all is full, and for long
        release.countDown();
        await().until(() -> peer.received() == 201);
        awaitNothingLeft(endpoint);
    }

    @Test
    void aLargeCallGetsInBesideSmallOnesThatRunForLong() {
        XyEndpoint endpoint = bounded(10_000_000, 100_000);
        RawPeer peer = connect(endpoint).send(call("block", "1"));
        await().until(() -> running.get() == 1);
        assertThat(peer.send(call("echo", "\"" + text(99_900) + "\"", "2")).nextWith("\"id\":2"))
                .contains("resolve.echo");
    }

    /** What runs can't be waited for. */
    @Test
    void runningCallsPauseNoReading() {
        XyEndpoint endpoint = bounded(10_000_000, 100_000);
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> never = new CompletableFuture<>();
        endpoint.handlers().register("later", (name, payload, caller) -> never);
        peer.send(deadlines("later", "\"" + text(90_000) + "\"", "1", 60_000));
        await().until(() -> endpoint.statistics().receivedBytes() > 90_000);
        for (int i = 0; i < 20; i++) {
            peer.send(call("echo", "\"" + text(20_000) + "\"", "2"));
            assertThat(peer.nextWith("\"id\":2")).contains("\"status\":429");
        }
        assertThat(peer.send(call("echo", "\"small\"", "3")).nextWith("\"id\":3"))
                .contains("small");
        peer.send(event("e", "\"" + text(90_000) + "\"")).assertAlive();
        never.complete(1);
        awaitNothingLeft(endpoint);
    }

    @Test
    void callsGet503WhenAllTogetherHoldTooMuch() {
        XyEndpoint endpoint = bounded(200_000, 100_000);
        for (int i = 0; i < 2; i++) {
            int before = i;
            connect(endpoint).send(call("block", "\"" + text(90_000) + "\"", "1"));
            await().until(() -> running.get() == before + 1);
        }
        long ofCalls = endpoint.statistics().receivedBytes();
        RawPeer unfinished = connect(endpoint).sendPart("{\"e\":");
        await().until(() -> endpoint.statistics().receivedBytes() > ofCalls);
        RawPeer other = connect(endpoint);

        assertThat(other.ask(call("echo", "\"" + text(50_000) + "\"", "1")))
                .isEqualTo(rejected("echo", "1", "{\"ok\":false,\"status\":503,\"message\":\"Too busy\"}"));
        assertThat(other.ask(call("echo", "1", "2"))).contains("resolve");
        unfinished.send("\"c.echo\",\"id\":7}"); // nobody went, as that would not have helped
        unfinished.nextWith("resolve.echo");
        release.countDown();
        assertThat(other.ask(call("echo", "\"" + text(50_000) + "\"", "3"))).isNotNull();
        awaitNothingLeft(endpoint);
    }

    @Test
    void whoHasMostEventsWaitingGoesWhenAllTogetherHoldTooMuch() {
        XyEndpoint endpoint = bounded(200_000, 150_000);
        List<RawPeer> peers =
                IntStream.range(0, 3).mapToObj(i -> connect(endpoint)).toList();
        for (int i = 0; i < 13; i++) {
            peers.get(0).send(event("block", "\"" + text(10_000) + "\""));
        }
        await().until(() -> endpoint.statistics().receivedBytes() > 130_000);
        for (int i = 0; i < 6; i++) {
            peers.get(1).send(event("block", "\"" + text(10_000) + "\""));
        }
        await().until(() -> endpoint.statistics().receivedBytes() > 190_000);
        for (int i = 0; i < 6; i++) {
            peers.get(2).send(event("block", "\"" + text(10_000) + "\""));
        }
        assertThat(peers.get(0).awaitClosed().code()).isEqualTo(1013);
        await().until(() -> endpoint.statistics().receivedBytes() < 150_000);
        release.countDown();
        peers.get(1).assertAlive();
        peers.get(2).assertAlive();
        awaitNothingLeft(endpoint);
    }

    /** Whatever comes, in whatever order. */
    @Test
    void nothingIsLeftOfPeersThatAreGone() {
        XyEndpoint endpoint = bounded(300_000, 100_000);
        List<CompletableFuture<Integer>> stages = new ArrayList<>();
        endpoint.handlers().register("later", (name, payload, peer) -> {
            CompletableFuture<Integer> stage = new CompletableFuture<>();
            synchronized (stages) {
                stages.add(stage);
            }
            return stage;
        });
        Random random = new Random(7);
        release.countDown();
        for (int i = 0; i < 200; i++) {
            RawPeer peer = connect(endpoint);
            try {
                for (int step = 0; step < 10; step++) {
                    String payload = "\"" + text(random.nextInt(20_000)) + "\"";
                    switch (random.nextInt(6)) {
                        case 0 ->
                            peer.sendPart(BEGIN).sendPart(payload.substring(1)).send("}");
                        case 1 -> peer.send(call("later", payload, "" + step));
                        case 2 -> peer.send(deadlines("later", payload, "" + step, 1 + random.nextInt(50)));
                        case 3 -> peer.send(event("block", payload));
                        case 4 -> peer.send(call("block", payload, "" + step));
                        default -> peer.send(cancel("later", "" + random.nextInt(10)));
                    }
                }
                peer.sendPart(text(random.nextInt(20_000)));
            } catch (UncheckedIOException closed) {
                // as it may be
            }
            switch (random.nextInt(4)) {
                case 0 -> peer.vanish();
                case 1 -> peer.peer().close();
                case 2 -> peer.peer().close(XyPeer.LOGIN_ENDED, "");
                default -> peer.peer().close(4000, "");
            }
        }
        await().until(() -> {
            synchronized (stages) {
                stages.forEach(stage -> stage.complete(1));
            }
            return endpoint.statistics().receivedBytes() == 0;
        });
        awaitNothingLeft(endpoint);
    }

    // ---- names and ids

    @Test
    void aNameOrAnIdThatIsTooLongIsRefusedAndNotRepeated() {
        XyEndpoint endpoint = bounded(1_000_000, 100_000);
        RawPeer peer = connect(endpoint);
        String longest = text(200);
        assertThat(peer.ask(call(longest, "\"" + text(998) + "\""))).contains("'" + longest + "' not found", text(998));

        assertThat(peer.ask(call(longest + "y", "1")))
                .isEqualTo(
                        rejected(
                                longest,
                                "1",
                                "{\"ok\":false,\"status\":400,\"message\":\"The call has a name longer than 200 characters\"}"));
        assertThat(peer.ask(call("echo", "\"" + text(999) + "\"")))
                .isEqualTo("{\"e\":\"reject.echo\",\"p\":{\"ok\":false,\"status\":400,"
                        + "\"message\":\"The call has an id longer than 1000 characters\"}}");
        assertThat(endpoint.statistics().refusedCalls()).isEqualTo(2);
    }

    @Test
    void eventsWithNamesThatAreTooLongAreDroppedAndSaidOnce() {
        XyEndpoint endpoint = bounded(1_000_000, 100_000);
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        endpoint.handlers().onUnhandled((name, payload, peer) -> heard.add(name));
        RawPeer peer = connect(endpoint);
        try (LogCapture log = new LogCapture()) {
            for (int i = 0; i < 3; i++) {
                peer.send(event(text(201)));
            }
            peer.send(event(text(200))).assertAlive();
            await().until(() -> heard.size() == 1);
            assertThat(endpoint.statistics().refusedEvents()).isEqualTo(3);
            assertThat(log.lines(Level.WARN)).singleElement().asString().contains("names longer than 200");
        }
    }

    @Test
    void answersAndCancellationsWithSuchIdsMeanNothing() {
        XyEndpoint endpoint = bounded(1_000_000, 100_000);
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> answer = peer.peer().call("f", Integer.class);
        peer.send(resolved(text(300), "\"" + text(2000) + "\"", "1"));
        peer.send(rejected("f", "\"" + text(2000) + "\"", "{}"));
        peer.send(cancel("f", "\"" + text(2000) + "\"")).assertAlive();
        assertThat(endpoint.statistics().unmatchedAnswers()).isEqualTo(2);
        assertThat(answer).isNotDone();
    }

    @Test
    void namesOfThisSideThatAreTooLongAreRefusedAtOnce() {
        XyEndpoint endpoint = bounded(1_000_000, 100_000);
        XyPeer peer = connect(endpoint).peer();
        String name = text(201);
        List<ThrowingCallable> all = List.of(
                () -> endpoint.handlers().register(name, (called, payload, caller) -> 1),
                () -> endpoint.handlers().on(name, (event, payload, caller) -> {}),
                () -> peer.call(name, Integer.class),
                () -> peer.await(name, null, Integer.class),
                () -> peer.send(name),
                () -> peer.sendLatest(name, "key", 1),
                () -> endpoint.broadcaster().broadcast(name, 1));
        all.forEach(each -> assertThatThrownBy(each)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("200 characters")
                .message()
                .hasSizeLessThan(150));
        assertThat(peer.call(text(200), Integer.class)).isNotCompleted();
    }

    // ---- what a handler keeps

    /** Plain JSON that knows what it was given, as long as somebody else does. */
    private static final class Watching implements XyJson {

        private final XyJson plain = XyJson.plain();
        private final List<WeakReference<String>> texts = new ArrayList<>();

        @Override
        public @Nullable Object read(String json, Type type) throws XyBindingException {
            synchronized (texts) {
                texts.add(new WeakReference<>(json));
            }
            return plain.read(json, type);
        }

        @Override
        public String write(@Nullable Object value) {
            return plain.write(value);
        }

        boolean isLetGo() {
            System.gc();
            synchronized (texts) {
                return !texts.isEmpty() && texts.stream().allMatch(text -> text.get() == null);
            }
        }
    }

    @Test
    void aFunctionThatHasBoundItsPayloadDoesNotKeepTheText() {
        Watching json = new Watching();
        XyEndpoint endpoint = endpoint(settings -> settings.json(json));
        endpoint.handlers().register("block", String.class, text -> {
            running.incrementAndGet();
            release.await();
            return text.length();
        });
        RawPeer peer = connect(endpoint).send(call("block", "\"" + text(50_000) + "\"", "1"));
        await().until(() -> running.get() == 1);
        await().until(json::isLetGo);
        release.countDown();
        assertThat(peer.next()).isEqualTo(resolved("block", "1", "50000"));
    }

    @Test
    void anInterceptorKeepsThePayloadThoughTheFunctionReleasesIt() {
        List<String> seen = new ArrayList<>();
        XyEndpoint endpoint = endpoint(settings -> settings.interceptor(Intercept.all((message, chain) -> {
            Object result = chain.proceed(message);
            seen.add(message.payload().json());
            return result;
        })));
        endpoint.handlers().register("f", Integer.class, i -> i + 1);
        assertThat(connect(endpoint).ask(call("f", "41", "1"))).isEqualTo(resolved("f", "1", "42"));
        assertThat(seen).containsExactly("41");
    }

    @Test
    void aReleasedPayloadSaysSo() {
        XyPayload payload = XyPayload.ofJson("1", XyJson.plain());
        payload.release();
        assertThat(payload.isPresent()).isTrue();
        assertThat(payload).hasToString("XyPayload[released]");
        assertThatThrownBy(payload::json).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> payload.as(Integer.class)).isInstanceOf(IllegalStateException.class);
        XyPayload.none().release();
        assertThat(XyPayload.none().isPresent()).isFalse();
        assertThat(XyPayload.none().json()).isEmpty();
    }

    @Test
    void boundsThatCanNotBeMeantAreRefused() {
        assertThatThrownBy(() -> XyEndpoint.builder().maxReceivedBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> XyEndpoint.builder().maxReceivedBytes(1000).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max-message-size");
    }
}
