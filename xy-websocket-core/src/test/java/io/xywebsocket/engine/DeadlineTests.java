package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.XyDeadline;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyMessage;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.FrameDecoder;
import io.xywebsocket.protocol.Prefixes;
import io.xywebsocket.protocol.Texts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The caller's remaining time, which travels with a call. Time is the test's. */
class DeadlineTests extends WithEndpoints {

    private final ManualClock clock = new ManualClock();
    private final XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    private final CountDownLatch never = new CountDownLatch(1);

    private Object nextSeen() throws InterruptedException {
        Object next = seen.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("nothing was seen").isNotNull();
        return next;
    }

    /** A function that says when it begins, and when it is interrupted. */
    private void registerHanging() {
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            seen.add("begun");
            try {
                never.await();
            } catch (InterruptedException e) {
                seen.add("interrupted");
                throw e;
            }
            return 1;
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5000|5000",
                "1|1",
                "0|0",
                "-5|0",
                "0.5|1",
                "1.5e3|1500",
                "-1.5|0",
                "null|0",
                "true|0",
                "\"5\"|0",
                "[5]|0",
                "{}|0",
                "99999999999999999999999999|1000000000000",
                "1e999999|1000000000000"
            })
    void readsAnythingButAPositiveNumberAsNoDeadline(String ttl, long millis) throws Exception {
        Frame frame = Texts.decode(new FrameDecoder(Prefixes.DEFAULT), "{\"e\":\"c.f\",\"id\":1,\"ttl\":" + ttl + "}");
        assertThat(frame).isEqualTo(new Frame.Call("f", null, "1", millis));
    }

    @Test
    void sendsHowLongTheCallerWaits() {
        RawPeer peer = connect(endpoint);
        peer.peer().call("f", Void.class);
        assertThat(peer.next()).endsWith(",\"id\":\"1\",\"ttl\":5000}");
        peer.peer().withTimeout(Duration.ofNanos(1)).call("f", Void.class);
        assertThat(peer.next()).endsWith(",\"id\":\"2\",\"ttl\":1}");
        peer.peer().withTimeout(Duration.ofNanos(Long.MAX_VALUE)).call("f", Void.class);
        assertThat(peer.next()).endsWith(",\"id\":\"3\",\"ttl\":3155760000000}");
    }

    @Test
    void interruptsAHandlerAtTheDeadlineAndSendsNoAnswer() throws Exception {
        registerHanging();
        endpoint.handlers().register("still.interrupted", (name, payload, caller) -> Thread.interrupted());
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("hang", "1", "1", 100));
        assertThat(nextSeen()).isEqualTo("begun");
        clock.advance(millis(99));
        assertThat(seen).isEmpty();
        clock.advance(millis(1));
        assertThat(nextSeen()).isEqualTo("interrupted");
        assertThat(peer.ask(deadlines("still.interrupted", "1", "2", 100)))
                .isEqualTo(resolved("still.interrupted", "2", "false"));
        assertThat(peer.received()).isEqualTo(1);
        assertThat(endpoint.statistics().expiredCalls()).isEqualTo(1);
    }

    @Test
    void doesNotInterruptACallWithoutADeadline() throws Exception {
        registerHanging();
        RawPeer peer = connect(endpoint);
        peer.send(call("hang", "1")).send(cancel("hang", "1"));
        assertThat(nextSeen()).isEqualTo("begun");
        clock.advance(Duration.ofSeconds(20));
        never.countDown();
        assertThat(peer.next()).isEqualTo(resolved("hang", "1", "1"));
    }

    @Test
    void saysNothingInTheLogOfAHandlerThatItInterrupted() throws Exception {
        registerHanging();
        RawPeer peer = connect(endpoint);
        try (LogCapture log = new LogCapture()) {
            peer.send(deadlines("hang", "1", "1", 100));
            assertThat(nextSeen()).isEqualTo("begun");
            clock.advance(millis(100));
            assertThat(nextSeen()).isEqualTo("interrupted");
            await().until(() -> endpoint.peers.connections().stream().allMatch(Connection::isIdle));
            assertThat(log.lines(Level.INFO)).isEmpty();
        }
    }

    @Test
    void dropsACallThatHasWaitedForTooLong() throws Exception {
        XyEndpoint narrow = endpoint(settings -> settings.clock(clock).limits(receiveBuffer(10_000, 1)));
        AtomicInteger runs = new AtomicInteger();
        narrow.handlers().register("hold", (name, payload, peer) -> {
            seen.add("begun");
            never.await();
            return 1;
        });
        narrow.handlers().register("count", (name, payload, peer) -> runs.incrementAndGet());
        RawPeer peer = connect(narrow);
        peer.send(call("hold", "0"));
        assertThat(nextSeen()).isEqualTo("begun");
        peer.send(deadlines("count", "1", "1", 100)).send(deadlines("count", "1", "2", 5000));
        peer.send(deadlines("count", "1", "3", 99)).send(call("count", "4"));
        peer.send("{\"e\":\"c.count\"}").nextWith("needs an id"); // which is said as soon as it is read
        clock.advance(millis(101));
        assertThat(narrow.statistics().expiredCalls()).isEqualTo(2);
        never.countDown();
        peer.nextWith("\"id\":0");
        peer.nextWith("\"id\":2");
        peer.nextWith("\"id\":4");
        assertThat(runs).hasValue(2);
        assertThat(peer.received()).isEqualTo(4);
        // their room in the receive buffer is free again
        peer.ask(call("count", "\"" + "x".repeat(800) + "\"", "5"));
    }

    @Test
    void cancelsAFutureThatSaysThatItStopsAtTheDeadline() {
        XyCancellableFuture<Integer> stage = new XyCancellableFuture<>();
        endpoint.handlers().register("later", (name, payload, peer) -> {
            seen.add("begun");
            return stage;
        });
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("later", "1", "1", 100));
        await().until(() -> stage.getNumberOfDependents() > 0);
        clock.advance(millis(100));
        await().until(stage::isCancelled);
        peer.assertAlive();
        assertThat(peer.received()).isEqualTo(1);
    }

    @Test
    void leavesAnOrdinaryFutureAloneAtTheDeadline() {
        CompletableFuture<Integer> shared = new CompletableFuture<>();
        endpoint.handlers().register("later", (name, payload, peer) -> shared);
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("later", "1", "1", 100));
        await().until(() -> shared.getNumberOfDependents() > 0);
        clock.advance(millis(100));
        assertThat(endpoint.statistics().expiredCalls()).isEqualTo(1);
        peer.assertAlive();
        assertThat(shared.complete(1)).isTrue();
        peer.assertAlive();
        assertThat(peer.received()).isEqualTo(2);
    }

    @Test
    void dropsTheResultOfAStageThatCannotBeCancelled() {
        CompletableFuture<Integer> source = new CompletableFuture<>();
        endpoint.handlers().register("later", (name, payload, peer) -> source.minimalCompletionStage());
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("later", "1", "1", 100));
        await().until(() -> source.getNumberOfDependents() > 0);
        clock.advance(millis(100));
        source.complete(1);
        peer.assertAlive();
        assertThat(peer.received()).isEqualTo(1);
    }

    @Test
    void aNestedCallTakesNoLongerThanWhatIsLeft() throws Exception {
        endpoint.handlers().register("outer", (name, payload, peer) -> {
            seen.add(XyDeadline.left().orElseThrow());
            clock.advance(millis(30));
            seen.add(peer.await("inner", Integer.class));
            seen.add(peer.withTimeout(millis(20)).await("inner", Integer.class));
            return null;
        });
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("outer", "1", "1", 100));
        assertThat(nextSeen()).isEqualTo(millis(100));
        assertThat(peer.next()).isEqualTo("{\"e\":\"c.inner\",\"id\":\"1\",\"ttl\":70}");
        peer.send(resolved("inner", "\"1\"", "7"));
        assertThat(peer.next()).isEqualTo("{\"e\":\"c.inner\",\"id\":\"2\",\"ttl\":20}");
        peer.send(resolved("inner", "\"2\"", "8")).nextWith("resolve.outer");
        assertThat(XyDeadline.left()).isEmpty();
    }

    @Test
    void aNestedCallThatAnInterceptorSendsFromElsewhereTakesNoLongerThanWhatIsLeft() {
        CompletableFuture<Void> permission = new CompletableFuture<>();
        XyEndpoint intercepted = endpoint(settings -> settings.clock(clock)
                .interceptor(Intercept.all((message, chain) -> message.direction() == XyMessage.Direction.IN
                        ? chain.proceed(message)
                        : permission.thenCompose(ok -> {
                            try {
                                return (CompletionStage<?>) chain.proceed(message);
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        }))));
        intercepted.handlers().register("outer", (name, payload, peer) -> peer.call("inner", Integer.class));
        RawPeer peer = connect(intercepted);
        peer.send(deadlines("outer", "1", "1", 100));
        await().until(() -> permission.getNumberOfDependents() > 0);
        clock.advance(millis(30));
        permission.complete(null);
        assertThat(peer.next()).isEqualTo("{\"e\":\"c.inner\",\"id\":\"1\",\"ttl\":70}");
    }

    @Test
    void aNestedCallFailsAtOnceIfNothingIsLeft() throws Exception {
        endpoint.handlers().register("outer", (name, payload, peer) -> {
            clock.advance(millis(200));
            seen.add(XyDeadline.left().orElseThrow());
            peer.call("inner", Integer.class).whenComplete((value, error) -> seen.add(error));
            return null;
        });
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("outer", "1", "1", 100));
        assertThat(nextSeen()).isEqualTo(Duration.ZERO);
        assertThat(nextSeen()).isInstanceOfSatisfying(XyCallTimeoutException.class, e -> assertThat(e.status())
                .isEqualTo(504));
        peer.assertAlive();
        assertThat(peer.received()).isEqualTo(1);
    }

    @Test
    void aCallInAHandlerWithoutADeadlineHasItsOwnTimeout() {
        endpoint.handlers().register("outer", (name, payload, peer) -> {
            peer.call("inner", Integer.class);
            return XyDeadline.left().isPresent();
        });
        RawPeer peer = connect(endpoint);
        peer.send(call("outer", "1"));
        assertThat(peer.next()).isEqualTo("{\"e\":\"c.inner\",\"id\":\"1\",\"ttl\":5000}");
        assertThat(peer.next()).isEqualTo(resolved("outer", "1", "false"));
    }

    @Test
    void oneTimerServesAllDeadlinesOfAPeer() {
        endpoint.handlers().register("f", (name, payload, peer) -> 1);
        RawPeer peer = connect(endpoint);
        for (int i = 1; i <= 100; i++) {
            peer.ask(deadlines("f", "1", String.valueOf(i), 5000));
        }
        awaitTimers(2); // the other one looks after all peers
        clock.advance(millis(5001));
        awaitTimers(1);
        assertThat(endpoint.statistics().expiredCalls()).isZero();
    }

    @Test
    void theTimerEndsWithTheConnection() {
        endpoint.handlers().register("f", (name, payload, peer) -> 1);
        RawPeer peer = connect(endpoint);
        peer.ask(deadlines("f", "1", "1", 1_000_000_000));
        peer.vanish();
        awaitTimers(0);
    }

    @Test
    void theTimerEndsWithWhatStillRanWhenTheConnectionEnded() throws Exception {
        registerHanging();
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("hang", "1", "1", 1_000_000_000));
        assertThat(nextSeen()).isEqualTo("begun");
        peer.vanish();
        awaitTimers(1);
        assertThat(seen).isEmpty(); // it is not interrupted
        never.countDown();
        awaitTimers(0);
    }

    /** The peer may have given it years. */
    @Test
    void aStageThatNothingCanStopIsForgottenWithItsConnection() throws Exception {
        List<CompletableFuture<Integer>> stages = new CopyOnWriteArrayList<>();
        CountDownLatch mayReturn = new CountDownLatch(1);
        endpoint.handlers().register("stage", (name, payload, peer) -> {
            CompletableFuture<Integer> stage = new CompletableFuture<>();
            stages.add(stage);
            seen.add("begun");
            if (stages.size() > 1) {
                mayReturn.await();
            }
            return stage;
        });
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("stage", "1", "1", 1_000_000_000));
        assertThat(nextSeen()).isEqualTo("begun");
        peer.send(deadlines("stage", "1", "2", 1_000_000_000)); // which returns its stage when the peer has gone
        assertThat(nextSeen()).isEqualTo("begun");
        peer.vanish();
        awaitTimers(1);

        mayReturn.countDown();

        awaitTimers(0);
        stages.forEach(stage -> stage.complete(1));
    }

    @Test
    void aStageThatNothingCanStopIsForgottenWithItsConnectionBehindInterceptorsToo() throws Exception {
        XyEndpoint intercepted = endpoint(settings -> settings.clock(clock).interceptor(new XyInterceptor() {}));
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        intercepted.handlers().register("stage", (name, payload, peer) -> {
            seen.add("begun");
            return stage;
        });
        RawPeer peer = connect(intercepted);
        peer.send(deadlines("stage", "1", "1", 1_000_000_000));
        assertThat(nextSeen()).isEqualTo("begun");
        peer.vanish();
        awaitTimers(0);
        stage.complete(1);
    }

    @Test
    void aStageThatCanBeStoppedKeepsItsDeadlineWhenItsConnectionIsOver() throws Exception {
        XyCancellableFuture<Integer> stage = new XyCancellableFuture<>();
        endpoint.handlers().register("stage", (name, payload, peer) -> {
            seen.add("begun");
            return stage;
        });
        RawPeer peer = connect(endpoint);
        peer.send(deadlines("stage", "1", "1", 60_000));
        assertThat(nextSeen()).isEqualTo("begun");
        peer.vanish();
        awaitTimers(1);

        clock.advance(Duration.ofMinutes(2));

        await().until(stage::isCancelled);
        awaitTimers(0);
    }

    @Test
    void theTimerEndsWithTheLoginForWhichCallsWaited() throws Exception {
        XyEndpoint narrow = endpoint(settings -> settings.clock(clock).limits(receiveBuffer(10_000, 1)));
        narrow.handlers().register("hold", (name, payload, peer) -> {
            seen.add("begun");
            never.await();
            return 1;
        });
        RawPeer peer = connect(narrow);
        peer.send(call("hold", "0"));
        assertThat(nextSeen()).isEqualTo("begun");
        peer.send(deadlines("f", "1", "1", 1_000_000_000));
        peer.send("{\"e\":\"c.f\"}").nextWith("needs an id"); // which is said as soon as it is read
        peer.peer().close(4401, "login expired");
        peer.awaitClosed();
        awaitTimers(0);
        never.countDown();
    }

    /** Waits until nothing is watched any more but what should be. */
    private void awaitTimers(int number) {
        await().pollInterval(millis(5)).until(() -> {
            clock.advance(millis(50));
            return clock.size() == number;
        });
    }
}
