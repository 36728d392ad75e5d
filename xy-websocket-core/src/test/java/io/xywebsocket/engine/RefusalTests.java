package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyLimits;
import io.xywebsocket.XyRateLimit;
import io.xywebsocket.concurrent.SystemClock;
import io.xywebsocket.concurrent.XyExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that asks for far too much at once, and reads: each of its calls is answered or refused, and none costs it the connection. */
class RefusalTests extends WithEndpoints {

    private static final int CALLS = 100_000;
    private static final int SEND_BUFFER = 20_000;

    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
    }

    private static XyLimits narrow(int receiveBuffer) {
        return narrow(receiveBuffer, SEND_BUFFER);
    }

    private static XyLimits narrow(int receiveBuffer, int sendBuffer) {
        return receiveBuffer(receiveBuffer, 2).withSendBufferSize(sendBuffer);
    }

    private XyEndpoint holding(Consumer<XyEndpointBuilder> settings) {
        XyEndpoint endpoint = endpoint(builder -> {
            settings.accept(builder);
            return builder;
        });
        endpoint.handlers().register("hold", (name, payload, peer) -> {
            release.await();
            return 1;
        });
        return endpoint;
    }

    private static CompletableFuture<Void> flood(RawPeer peer, String function) {
        return CompletableFuture.runAsync(() -> {
            for (int i = 0; i < CALLS; i++) {
                peer.send(call(function, "" + i));
            }
        });
    }

    private void assertEachIsAnsweredOnce(RawPeer peer) {
        await().atMost(Duration.ofSeconds(60)).until(() -> peer.frames().size() >= CALLS || !peer.isOpen());
        assertThat(peer.isOpen()).isTrue();
        BitSet answered = new BitSet();
        List<String> frames = peer.frames();
        for (String frame : frames) {
            int id = Integer.parseInt(frame.replaceFirst(".*\"id\":(\\d+).*", "$1"));
            assertThat(answered.get(id)).as(frame).isFalse();
            answered.set(id);
        }
        assertThat(answered.cardinality()).isEqualTo(CALLS);
        peer.assertAlive();
    }

    @Test
    void beyondTheReceiveBufferWhileThisSideAwaitsThePeer() {
        XyEndpoint endpoint = holding(settings -> settings.limits(narrow(10_000)));
        RawPeer peer = connect(endpoint);
        CompletableFuture<String> answer = peer.peer().call("ask", String.class);
        String question = peer.next();
        CompletableFuture<Void> flood = flood(peer, "hold");
        assertThat(flood).succeedsWithin(Duration.ofSeconds(60));
        release.countDown();
        assertEachIsAnsweredOnce(peer);
        peer.send(resolved("ask", RawPeer.idOf(question), "\"behind all that\""));
        assertThat(answer).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("behind all that");
    }

    @Test
    void withoutAThreadForAnyOfThem() {
        AtomicBoolean full = new AtomicBoolean();
        XyExecutor threads = closing(new XyExecutor("xy-", 2, closing(new SystemClock())));
        // every 20 ms as many are refused as the send buffer has room for: a larger one, of which all the refusals are
        // many times as much
        XyLimits limits = narrow(4_000_000, 10 * SEND_BUFFER);
        XyEndpoint endpoint = holding(settings -> settings.limits(limits).executor(task -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            threads.execute(task);
        }));
        RawPeer peer = connect(endpoint);
        peer.assertAlive();
        int before = peer.received();
        await().until(() -> isIdle(peer));
        full.set(true);
        flood(peer, "hold");
        await().atMost(Duration.ofSeconds(60)).until(() -> peer.received() >= CALLS + before || !peer.isOpen());
        full.set(false);
        assertEachIsAnsweredOnce(peer);
    }

    @Test
    void overARateLimit() {
        AtomicBoolean over = new AtomicBoolean(true);
        XyEndpoint endpoint = holding(settings -> settings.limits(narrow(10_000))
                .rateLimit((peer, clock) -> (traffic, name) ->
                        over.get() ? new XyRateLimit.Refused(Duration.ofSeconds(1)) : XyRateLimit.Verdict.ADMITTED));
        RawPeer peer = connect(endpoint);
        CompletableFuture<Void> flood = flood(peer, "hold");
        assertThat(flood).succeedsWithin(Duration.ofSeconds(60));
        await().until(() -> endpoint.statistics().refusedCalls() == CALLS);
        over.set(false);
        assertEachIsAnsweredOnce(peer);
    }

    @Test
    void askedWhetherThisSideLives() {
        RawPeer peer = connect(holding(settings -> settings.limits(narrow(10_000))));
        assertThat(flood(peer, "xy.alive")).succeedsWithin(Duration.ofSeconds(60));
        assertEachIsAnsweredOnce(peer);
    }

    @Test
    void whileThisSideShutsDown() {
        XyEndpoint endpoint = holding(settings -> settings.limits(narrow(10_000)));
        RawPeer peer = connect(endpoint);
        peer.send(call("hold", "\"first\""));
        await().until(() -> !isIdle(peer));
        CompletableFuture<Void> shutdown = endpoint.shutdown(Duration.ofSeconds(120));
        assertThat(flood(peer, "hold")).succeedsWithin(Duration.ofSeconds(60));
        assertEachIsAnsweredOnce(peer);
        release.countDown();
        assertThat(shutdown).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void whatThisSideCancelsAtOnceIsNoReasonToDropAPeer() {
        XyEndpoint endpoint = holding(settings -> settings.limits(narrow(10_000)));
        RawPeer peer = connect(endpoint, 1_000);
        List<CompletableFuture<String>> calls = new ArrayList<>();
        while (calls.size() < 2_000) {
            for (int i = 0; i < 200; i++) {
                calls.add(peer.peer().call("q", String.class));
            }
            await().until(() -> peer.received() == calls.size());
        }
        peer.stopReading();
        calls.forEach(call -> call.cancel(false));
        peer.readOn();
        await().until(() -> peer.received() == 4_000 || !peer.isOpen());
        peer.assertAlive();
    }

    @Test
    void onesThatNobodyReadsStayWithinTheBoundAndEndWithTheSendTimeout() {
        ManualClock clock = new ManualClock();
        XyEndpoint endpoint =
                holding(settings -> settings.limits(narrow(10_000)).clock(clock));
        RawPeer peer = connect(endpoint, 1_000);
        peer.peer().call("ask", String.class);
        peer.next();
        peer.stopReading();
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            for (; sent.get() < CALLS; sent.incrementAndGet()) {
                peer.send(call("hold", "" + sent.get()));
            }
        });
        AtomicInteger last = new AtomicInteger(-1);
        await().pollInterval(millis(200)).until(() -> last.getAndSet(sent.get()) == sent.get() && sent.get() > 0);
        assertThat(sent.get()).isLessThan(CALLS);
        assertThat(endpoint.statistics().queuedBytes()).isLessThan(SEND_BUFFER);
        assertThat(peer.peer().isOpen()).isTrue();
        for (int i = 0; i < 12; i++) {
            clock.advance(Duration.ofSeconds(1));
        }
        await().until(() -> !peer.peer().isOpen());
        assertThat(endpoint.statistics().droppedPeers()).isEqualTo(1);
        await().until(flood::isDone);
    }
}
