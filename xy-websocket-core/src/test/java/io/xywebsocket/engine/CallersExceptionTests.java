package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a caller catches says what was called, of whom, what came of it and where he stood. */
class CallersExceptionTests extends WithEndpoints {

    private static final XyInterceptor PASSING = new XyInterceptor() {};

    private static XyException caught(Supplier<?> call) {
        try {
            throw new AssertionError("no exception but " + call.get());
        } catch (XyException e) {
            return e;
        }
    }

    /** Calls on a thread of its own, in a method that the trace has to name. */
    private static FutureTask<XyException> calling(XyPeer peer, String function) {
        FutureTask<XyException> call = new FutureTask<>(() -> caught(() -> hereTheCallerStands(peer, function)));
        new Thread(call, "the caller").start();
        return call;
    }

    private static Integer hereTheCallerStands(XyPeer peer, String function) {
        return peer.await(function, "A-1", Integer.class);
    }

    private static void assertIsTheCallers(XyException e, String function, XyPeer peer) {
        assertThat(e.function()).isEqualTo(function);
        assertThat(e.peer()).isEqualTo(peer.id());
        assertThat(e.toString()).contains("'" + function + "'", peer.id(), String.valueOf(e.status()));
        assertThat(e.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("hereTheCallerStands"));
    }

    private void assertRejectionIsTheCallers(UnaryOperator<XyEndpointBuilder> settings) throws Exception {
        RawPeer peer = connect(endpoint(settings));
        FutureTask<XyException> call = calling(peer.peer(), "stock.take");
        String id = RawPeer.idOf(peer.nextWith("stock.take"));
        peer.send(rejected(
                "stock.take", id, "{\"ok\":false,\"status\":409,\"message\":\"Not enough of A-1\",\"left\":3}"));
        XyException e = call.get();
        assertIsTheCallers(e, "stock.take", peer.peer());
        assertThat(e).hasMessage("Not enough of A-1");
        assertThat(e.details()).containsEntry("left", 3);
        assertThat(e)
                .hasToString("io.xywebsocket.XyException: 409 calling 'stock.take' of peer "
                        + peer.peer().id() + ": Not enough of A-1");
        assertThat(ThrowableProxyUtil.asString(new ThrowableProxy(e)))
                .startsWith(e.toString())
                .contains("hereTheCallerStands");
    }

    @Test
    void aRejectionThatWasAwaited() throws Exception {
        assertRejectionIsTheCallers(settings -> settings);
    }

    @Test
    void aRejectionThatWasAwaitedThroughInterceptors() throws Exception {
        assertRejectionIsTheCallers(settings -> settings.interceptor(PASSING));
        assertRejectionIsTheCallers(settings -> settings.interceptor(Intercept.outgoingCalls(
                (message, chain) -> chain.proceed(message).thenApplyAsync(answer -> answer))));
    }

    @Test
    void aRejectionThatAFutureHolds() {
        for (List<XyInterceptor> interceptors : List.of(List.<XyInterceptor>of(), List.of(PASSING))) {
            RawPeer peer = connect(endpoint(settings -> {
                interceptors.forEach(settings::interceptor);
                return settings;
            }));
            CompletableFuture<Integer> call = peer.peer().call("f", Integer.class);
            peer.send(rejected(
                    "f", RawPeer.idOf(peer.nextWith("c.f")), "{\"ok\":false,\"status\":404,\"message\":\"no\"}"));
            await().until(call::isCompletedExceptionally);
            assertThat(call)
                    .failsWithin(millis(1))
                    .withThrowableThat()
                    .withMessageContaining(
                            "404 calling 'f' of peer " + peer.peer().id() + ": no");
        }
    }

    @Test
    void aTimeout() throws Exception {
        for (List<XyInterceptor> interceptors : List.of(List.<XyInterceptor>of(), List.of(PASSING))) {
            ManualClock clock = new ManualClock();
            RawPeer peer = connect(endpoint(settings -> {
                interceptors.forEach(settings::interceptor);
                return settings.clock(clock);
            }));
            FutureTask<XyException> call = calling(peer.peer(), "slow");
            peer.nextWith("slow");
            clock.advance(millis(6_000));
            XyException e = call.get();
            assertThat(e).isInstanceOf(XyCallTimeoutException.class).hasMessage("No answer from 'slow' within 5000 ms");
            assertIsTheCallers(e, "slow", peer.peer());
        }
    }

    @Test
    void aConnectionThatTheOtherSideCloses() throws Exception {
        for (List<XyInterceptor> interceptors : List.of(List.<XyInterceptor>of(), List.of(PASSING))) {
            RawPeer peer = connect(endpoint(settings -> {
                interceptors.forEach(settings::interceptor);
                return settings;
            }));
            FutureTask<XyException> call = calling(peer.peer(), "slow");
            peer.nextWith("slow");
            peer.close(1009, "too large: 70000\nFORGED");
            XyException e = call.get();
            assertIsTheCallers(e, "slow", peer.peer());
            assertThat(e)
                    .hasMessage("Not connected: 'slow' was not answered")
                    .isInstanceOfSatisfying(XyNotConnectedException.class, ended -> {
                        assertThat(ended.closeCode()).hasValue(1009);
                        assertThat(ended.closeReason()).isEqualTo("too large: 70000\nFORGED");
                    });
            assertThat(e.getCause()).hasMessage("The connection ended with 1009 too large: 70000?FORGED");

            XyException later = caught(() -> hereTheCallerStands(peer.peer(), "later"));
            assertIsTheCallers(later, "later", peer.peer());
            assertThat(later.getCause()).hasMessageContaining("1009");
        }
    }

    @Test
    void aConnectionThatThisSideCloses() throws Exception {
        RawPeer peer = connect(endpoint());
        FutureTask<XyException> call = calling(peer.peer(), "slow");
        peer.nextWith("slow");
        peer.peer().close(4003, "unwanted");
        assertThat(call.get().getCause()).hasMessage("The connection ended with 4003 unwanted");
        assertThat(caught(() -> hereTheCallerStands(peer.peer(), "f")).getCause())
                .hasMessageContaining("4003 unwanted");
    }

    @Test
    void aConnectionThatBreaks() throws Exception {
        RawPeer peer = connect(endpoint());
        FutureTask<XyException> call = calling(peer.peer(), "slow");
        peer.nextWith("slow");
        peer.vanish();
        assertThat(((XyNotConnectedException) call.get()).closeCode()).hasValue(1006);
    }

    @Test
    void tooManyCalls() {
        XyLimits limits = XyLimits.DEFAULT.withMaxConcurrentCalls(1).withMaxPendingCalls(1);
        XyPeer peer = connect(endpoint(settings -> settings.limits(limits))).peer();
        var unused = peer.call("first", Integer.class);
        XyException e = caught(() -> hereTheCallerStands(peer, "second"));
        assertIsTheCallers(e, "second", peer);
        assertThat(e.status()).isEqualTo(429);
    }

    @Test
    void anInterrupt() throws Exception {
        for (List<XyInterceptor> interceptors : List.of(List.<XyInterceptor>of(), List.of(PASSING))) {
            XyPeer peer = connect(endpoint(settings -> {
                        interceptors.forEach(settings::interceptor);
                        return settings;
                    }))
                    .peer();
            FutureTask<XyException> call = new FutureTask<>(() -> {
                Thread.currentThread().interrupt();
                return caught(() -> hereTheCallerStands(peer, "f"));
            });
            new Thread(call, "the caller").start();
            assertThat(call.get().status()).isEqualTo(499);
            assertIsTheCallers(call.get(), "f", peer);
        }
    }

    @Test
    void anAnswerThatCannotBeRead() throws Exception {
        for (List<XyInterceptor> interceptors : List.of(List.<XyInterceptor>of(), List.of(PASSING))) {
            RawPeer peer = connect(endpoint(settings -> {
                interceptors.forEach(settings::interceptor);
                return settings;
            }));
            FutureTask<XyException> call = calling(peer.peer(), "f");
            peer.answerNext("f", "\"no number\"");
            assertThat(call.get().status()).isEqualTo(502);
            assertIsTheCallers(call.get(), "f", peer.peer());
        }
    }

    @Test
    void theTextOfAPeerForgesNoLineOfIt() throws Exception {
        RawPeer peer = connect(endpoint());
        FutureTask<XyException> call = calling(peer.peer(), "f");
        String id = RawPeer.idOf(peer.nextWith("c.f"));
        String text = "a\\nFORGED\\u2028" + "x".repeat(100_000);
        peer.send(rejected("f", id, "{\"ok\":false,\"status\":409,\"message\":\"" + text + "\"}"));
        assertThat(call.get().getMessage()).hasSize(100_009);
        assertThat(call.get().toString())
                .hasSizeLessThan(1_000)
                .contains("a?FORGED?xxx")
                .doesNotContain("\n");
        assertThat(new XyException(409, "a\nb")).hasToString("io.xywebsocket.XyException: 409: a?b");
        assertThat(new XyException(409, "")).hasToString("io.xywebsocket.XyException: 409");
    }

    /** What it is called of whom is the caller's to know, and not the caller's caller. */
    @Test
    void nothingOfThatIsOnTheWireOrInTheLog() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("relay", (name, payload, peer) -> peer.await("g", String.class));
        endpoint.handlers().register("gone", (name, payload, peer) -> {
            RawPeer other = connect(endpoint);
            other.vanish();
            other.awaitClosed();
            return other.peer().await("g", String.class);
        });
        RawPeer peer = connect(endpoint);
        try (LogCapture log = new LogCapture()) {
            peer.send(call("relay", "1"));
            String rejection = "{\"ok\":false,\"status\":500,\"message\":\"theirs\",\"errorId\":\"1\"}";
            peer.send(rejected("g", RawPeer.idOf(peer.nextWith("c.g")), rejection));
            assertThat(peer.next()).isEqualTo(rejected("relay", "1", rejection));
            assertThat(peer.ask(call("gone", "2")))
                    .isEqualTo(rejected(
                            "gone",
                            "2",
                            "{\"ok\":false,\"status\":503,\"message\":\"Not connected: 'g' was not answered\"}"));
            peer.assertAlive();
            assertThat(log.lines(Level.WARN)).isEmpty();
        }
    }
}
