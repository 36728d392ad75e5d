package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyType;
import io.xywebsocket.transport.InMemoryTransport;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two sides that ask each other in turn, deeper than calls may run at once. */
class DepthTests extends WithEndpoints {

    private static final int CALLS = 16;
    private static final XyType<Integer> INTEGER = XyType.of(Integer.class);

    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
    }

    /** How a function asks its caller. */
    private enum Way {
        AWAIT,
        JOIN,
        STAGE,
        LATER_STAGE;

        Object ask(XyPeer peer, int depth) {
            return switch (this) {
                case AWAIT -> peer.await("down", depth, INTEGER);
                case JOIN -> peer.call("down", depth, INTEGER).join();
                case STAGE -> peer.call("down", depth, INTEGER);
                case LATER_STAGE ->
                    peer.call("touch", null, INTEGER).thenCompose(touched -> peer.call("down", depth, INTEGER));
            };
        }
    }

    private static UnaryOperator<XyEndpointBuilder> limits(int calls) {
        return settings ->
                settings.limits(XyLimits.DEFAULT.withMaxConcurrentCalls(calls)).timeouts(callTimeout(60_000));
    }

    /** Calls are refused soon once nothing but them gets on; none of these waits for anything else. */
    private static UnaryOperator<XyEndpointBuilder> refusingSoon(UnaryOperator<XyEndpointBuilder> settings) {
        return builder -> settings.apply(builder).timeouts(callTimeout(60_000).withEventOrder(millis(250)));
    }

    private XyEndpoint offering(Way way, UnaryOperator<XyEndpointBuilder> settings) {
        XyEndpoint endpoint = endpoint(settings);
        endpoint.handlers().register("touch", (name, payload, peer) -> 1);
        endpoint.handlers().register("down", Integer.class, (depth, peer) -> depth == 0 ? 0 : way.ask(peer, depth - 1));
        return endpoint;
    }

    private XyPeer connect(XyEndpoint first, XyEndpoint second) {
        XyHandshake handshake = XyHandshake.builder(URI.create("ws://test")).build();
        InMemoryTransport wire = InMemoryTransport.pair();
        Transport.Receiver receiver = first.open(wire, handshake, Map.of());
        wire.other().start(second.open(wire.other(), handshake, Map.of()));
        wire.start(receiver);
        closing(wire::abort);
        return ((Connection) receiver).peer;
    }

    private static boolean isIdle(XyEndpoint endpoint) {
        return endpoint.peers.connections().stream().allMatch(Connection::isIdle);
    }

    private void assertTooDeep(XyEndpoint first, XyEndpoint second, int deepest) {
        XyPeer peer = connect(first, second);
        try (LogCapture log = new LogCapture()) {
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Integer> tooDeep = peer.call("down", 1_000, INTEGER);
                assertThatThrownBy(() -> tooDeep.get(30, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                XyException.class, e -> assertThat(e.status()).isEqualTo(429));
            }
            assertThat(log.lines(Level.WARN)).hasSize(1);
            assertThat(log.lines(Level.WARN).get(0))
                    .contains("xy.websocket.max-concurrent-calls")
                    .contains("429")
                    .containsAnyOf(
                            peer.id(),
                            second.peers().stream().findFirst().orElseThrow().id());
        }
        // a call may be answered a little before its place is free again
        await().until(() -> isIdle(first) && isIdle(second));
        assertThat(peer.call("down", deepest, INTEGER)).succeedsWithin(Duration.ofSeconds(30));
        assertThat(first.statistics().refusedCalls() + second.statistics().refusedCalls())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theCallBeyondMaxConcurrentCallsIsRefusedAtOnce(Way way) {
        UnaryOperator<XyEndpointBuilder> settings = refusingSoon(limits(CALLS));
        assertTooDeep(offering(way, settings), offering(way, settings), 2 * CALLS - 1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void alsoThroughInterceptors(Way way) {
        UnaryOperator<XyEndpointBuilder> settings = refusingSoon(limits(CALLS));
        UnaryOperator<XyEndpointBuilder> intercepted =
                builder -> settings.apply(builder).interceptor(Intercept.all((message, chain) -> {
                    Object result = chain.proceed(message);
                    return result instanceof CompletableFuture<?> stage ? stage.thenApply(value -> value) : result;
                }));
        assertTooDeep(offering(way, intercepted), offering(way, intercepted), CALLS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"AWAIT", "JOIN"})
    void theCallBeyondAPeersShareOfTheThreadsIsRefusedAtOnce(Way way) {
        UnaryOperator<XyEndpointBuilder> few = refusingSoon(builder -> builder.maxThreads(8));
        assertTooDeep(offering(way, few), offering(way, few), 6);
    }

    /** None of these was made in order to answer a question: they were there before. */
    @Test
    void callsThatCameBeforeTheQuestionsWaitForTheirTurn() {
        XyEndpoint endpoint = endpoint(limits(4));
        AtomicInteger running = new AtomicInteger();
        endpoint.handlers().register("ask", Integer.class, (number, peer) -> {
            running.incrementAndGet();
            release.await();
            return peer.await("confirm", null, INTEGER);
        });
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 10; i++) {
            peer.send(call("ask", "" + i, "" + i));
        }
        await().until(() -> running.get() == 4);
        release.countDown();
        for (int i = 0; i < 10; i++) {
            peer.answerNext("confirm", "1");
        }
        for (int i = 0; i < 10; i++) {
            peer.nextWith("resolve.ask");
        }
        assertThat(endpoint.statistics().refusedCalls()).isZero();
    }

    @Test
    void aCallWaitsWhileAnyOfThoseThatRunCanEndWithoutItsCaller() {
        XyEndpoint endpoint = endpoint(limits(2));
        endpoint.handlers().register("ask", (name, payload, peer) -> peer.await("confirm", null, INTEGER));
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            release.await();
            return 1;
        });
        endpoint.handlers().register("quick", (name, payload, peer) -> 1);
        RawPeer peer = connect(endpoint);
        peer.send(call("ask", "1")).nextWith("c.confirm");
        peer.send(call("hang", "2")).send(call("quick", "3"));
        release.countDown();
        peer.nextWith("resolve.hang");
        peer.nextWith("resolve.quick");
        assertThat(endpoint.statistics().refusedCalls()).isZero();
    }

    /** What a peer answers first it has answered, however long it takes until that is heard of. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallBehindTheAnswerIsServed(boolean intercepted) {
        UnaryOperator<XyEndpointBuilder> settings = limits(1);
        XyEndpoint endpoint = endpoint(builder ->
                intercepted ? settings.apply(builder).interceptor(new XyInterceptor() {}) : settings.apply(builder));
        endpoint.handlers().register("ask", (name, payload, peer) -> peer.await("confirm", null, INTEGER));
        endpoint.handlers().register("quick", (name, payload, peer) -> 1);
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 50; i++) {
            peer.send(call("ask", "1"))
                    .answerNext("confirm", "7")
                    .send(call("quick", "2"))
                    .nextWith("resolve.quick");
            peer.nextWith("resolve.ask");
        }
    }

    @Test
    void aQuestionThatIsOverHoldsUpNobody() throws Exception {
        XyEndpoint endpoint = endpoint(limits(1));
        endpoint.handlers().register("ask", (name, payload, peer) -> {
            try {
                return peer.withTimeout(millis(50)).await("confirm", null, INTEGER);
            } catch (XyCallTimeoutException unanswered) {
                release.await();
                return 2;
            }
        });
        endpoint.handlers().register("quick", (name, payload, peer) -> 1);
        RawPeer peer = connect(endpoint);
        String question = peer.send(call("ask", "1")).nextWith("c.confirm");
        await().until(() -> endpoint.statistics().pendingCalls() == 0);
        peer.send(call("quick", "3"));
        peer.send("{\"e\":\"resolve.confirm\",\"id\":" + RawPeer.idOf(question) + "}"); // too late, and so not matched
        await().until(() -> endpoint.statistics().unmatchedAnswers() == 1);
        release.countDown();
        peer.nextWith("resolve.ask");
        peer.nextWith("resolve.quick");
    }
}
