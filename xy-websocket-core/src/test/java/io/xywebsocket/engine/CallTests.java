package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.concurrent.SystemClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Calls of ours to a peer, and how they end. */
class CallTests extends WithEndpoints {

    private static void leavesNothing(XyEndpoint endpoint) {
        // the sweep over the connections is a timer too
        // two timers: the one that looks after all peers, and the one that all calls of a peer share
        await().pollInterval(millis(5))
                .until(() -> endpoint.statistics().pendingCalls() == 0 && ((SystemClock) endpoint.clock()).size() <= 2);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return future.<Throwable>handle((value, error) -> error)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private static <T> FutureTask<T> onAThread(java.util.concurrent.Callable<T> task) {
        FutureTask<T> result = new FutureTask<>(task);
        Thread thread = new Thread(result, "test-caller");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    @Test
    void anAnsweredCallLeavesNothing() throws Exception {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> answer = peer.peer().call("f", Integer.class);
        assertThat(endpoint.statistics().pendingCalls()).isEqualTo(1);
        peer.answerNext("f", "1");
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(1);
        leavesNothing(endpoint);
    }

    @Test
    void aCallOnAClosedConnectionFailsAtOnceAndLeavesNothing() {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        peer.vanish();
        await().until(() -> !peer.peer().isOpen());
        CompletableFuture<Integer> answer = peer.peer().call("f", Integer.class);
        assertThat(failure(answer)).isInstanceOf(XyNotConnectedException.class).hasMessageContaining("'f'");
        assertThatExceptionOfType(XyNotConnectedException.class)
                .isThrownBy(() -> peer.peer().await("f", Integer.class))
                .satisfies(e -> assertThat(e.status()).isEqualTo(503));
        assertThat(peer.peer().send("e")).isFalse();
        leavesNothing(endpoint);
    }

    @Test
    void aCallThatCannotBeSentFailsAndLeavesNothing() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(sendBuffer(1000)));
        RawPeer peer = connect(endpoint, 100);
        peer.stopReading();
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(peer.peer().call("f", "x".repeat(50), Void.class));
        }
        for (CompletableFuture<Void> answer : answers) {
            assertThat(failure(answer)).isInstanceOf(XyNotConnectedException.class);
        }
        assertThat(endpoint.statistics().droppedPeers()).isEqualTo(1);
        leavesNothing(endpoint);
    }

    @Test
    void aCallThatIsNotAnsweredInTimeFailsAndLeavesNothing() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(callTimeout(50)));
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> answer = peer.peer().call("f", Integer.class);
        String id = RawPeer.idOf(peer.next());
        assertThat(failure(answer))
                .isInstanceOf(XyCallTimeoutException.class)
                .hasMessage("No answer from 'f' within 50 ms")
                .satisfies(e -> assertThat(((XyException) e).status()).isEqualTo(504));
        assertThatExceptionOfType(XyCallTimeoutException.class)
                .isThrownBy(() -> peer.peer().await("f", Integer.class));
        leavesNothing(endpoint);
        peer.send(resolved("f", id, "1")).assertAlive();
        assertThat(endpoint.statistics().unmatchedAnswers()).isEqualTo(1);
    }

    @Test
    void aCancelledCallIsForgotten() {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> cancelled = peer.peer().call("f", Integer.class);
        CompletableFuture<Integer> completed = peer.peer().call("f", Integer.class);
        CompletableFuture<Integer> timedOut =
                peer.peer().call("f", Integer.class).orTimeout(10, TimeUnit.MILLISECONDS);
        cancelled.cancel(true);
        completed.complete(5);
        assertThat(failure(timedOut)).isInstanceOf(java.util.concurrent.TimeoutException.class);
        leavesNothing(endpoint);
        peer.send(resolved("f", "\"1\"", "1")).send(resolved("f", "\"2\"", "1")).send(resolved("f", "\"3\"", "1"));
        peer.assertAlive();
        assertThat(endpoint.statistics().unmatchedAnswers()).isEqualTo(3);
        assertThat(completed.join()).isEqualTo(5);
    }

    @Test
    void anInterruptEndsTheWaitAndForgetsTheCall() throws Exception {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            assertThatExceptionOfType(XyException.class)
                    .isThrownBy(() -> peer.peer().await("f", Integer.class))
                    .satisfies(e -> assertThat(e.status()).isEqualTo(499));
            if (Thread.currentThread().isInterrupted()) {
                interrupted.countDown();
            }
        });
        caller.start();
        peer.next();
        caller.interrupt();
        assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        leavesNothing(endpoint);
    }

    @Test
    void pendingCallsFailAtOnceWhenTheConnectionEnds() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(callTimeout(60_000)));
        for (int way = 0; way < 3; way++) {
            RawPeer peer = connect(endpoint);
            CompletableFuture<Integer> answer = peer.peer().call("f", Integer.class);
            FutureTask<Integer> waiting = onAThread(() -> peer.peer().await("g", Integer.class));
            peer.nextWith("c.f");
            peer.nextWith("c.g");
            long start = System.nanoTime();
            switch (way) {
                case 0 -> peer.vanish();
                case 1 -> peer.close(1000, "");
                default -> peer.peer().close();
            }
            assertThat(failure(answer)).isInstanceOf(XyNotConnectedException.class);
            assertThatThrownBy(() -> waiting.get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(XyNotConnectedException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
        leavesNothing(endpoint);
    }

    @Test
    void stagesNeverRunOnTheThreadThatReadsOrTheClocks() throws Exception {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        CompletableFuture<String> answered =
                peer.peer().call("f", Integer.class).handle(CallTests::threadName);
        peer.answerNext("f", "1");
        CompletableFuture<String> rejected =
                peer.peer().call("f", Integer.class).handle(CallTests::threadName);
        peer.next();
        peer.send(rejected("f", "\"2\"", "{}"));
        CompletableFuture<String> timedOut =
                peer.peer().withTimeout(millis(10)).call("f", Integer.class).handle(CallTests::threadName);
        CompletableFuture<String> disconnected =
                peer.peer().call("f", Integer.class).handle(CallTests::threadName);
        await().until(timedOut::isDone);
        peer.vanish();
        for (CompletableFuture<String> stage : List.of(answered, rejected, timedOut, disconnected)) {
            // on this thread if the call had ended before the stage was added
            assertThat(stage.get(5, TimeUnit.SECONDS))
                    .matches("xy-\\d+|" + Thread.currentThread().getName());
        }
    }

    private static String threadName(Object value, Throwable error) {
        return Thread.currentThread().getName();
    }

    @Test
    void aStageThatBlocksHoldsUpNoOtherAnswer() throws Exception {
        RawPeer peer = connect(endpoint());
        CountDownLatch release = new CountDownLatch(1);
        List<CompletableFuture<Void>> blocked = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            blocked.add(peer.peer().call("f", Integer.class).thenAccept(value -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            peer.answerNext("f", "1");
        }
        CompletableFuture<Integer> answer = peer.peer().call("g", Integer.class);
        peer.answerNext("g", "2");
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(2);
        release.countDown();
        CompletableFuture.allOf(blocked.toArray(CompletableFuture[]::new)).get(5, TimeUnit.SECONDS);
    }

    @Test
    void whatCannotBeSerialisedIsThrownAtOnceAtTheSender() {
        XyEndpoint endpoint = endpoint();
        RawPeer peer = connect(endpoint);
        Object bad = new Object();
        assertThatThrownBy(() -> peer.peer().call("f", bad, Integer.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> peer.peer().await("f", bad, Integer.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> peer.peer().send("e", bad)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> endpoint.broadcaster().broadcast("e", bad))
                .isInstanceOf(IllegalArgumentException.class);
        peer.assertAlive();
        assertThat(peer.received()).isEqualTo(1);
        leavesNothing(endpoint);
    }

    @Test
    void noMoreCallsArePendingThanAllowed() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(XyLimits.DEFAULT.withMaxPendingCalls(3)));
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 3; i++) {
            assertThat(peer.peer().call("f", Integer.class)).isNotDone();
        }
        assertThat(failure(peer.peer().call("f", Integer.class)))
                .satisfies(e -> assertThat(((XyException) e).status()).isEqualTo(429));
        peer.answerNext("f", "1");
        await().until(() -> endpoint.statistics().pendingCalls() == 2);
        assertThat(peer.peer().call("f", Integer.class)).isNotDone();
        await().until(() -> peer.received() == 4);
    }

    @Test
    void aViewHasItsOwnTimeoutAndIsTheSamePeer() {
        RawPeer peer = connect(endpoint());
        XyPeer hasty = peer.peer().withTimeout(millis(20));
        assertThat(hasty).isEqualTo(peer.peer()).hasSameHashCodeAs(peer.peer());
        assertThatExceptionOfType(XyCallTimeoutException.class).isThrownBy(() -> hasty.await("f", Void.class));
        assertThatThrownBy(() -> hasty.withTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimedOutCallNoLongerKeepsReadingFromPausing() {
        CountDownLatch release = new CountDownLatch(1);
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(2000, 1)));
        endpoint.handlers().on("e", (name, payload, peer) -> release.await());
        RawPeer peer = connect(endpoint, 500);
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(XyCallTimeoutException.class)
                    .isThrownBy(() -> peer.peer().withTimeout(millis(10)).await("f", Void.class));
        }
        AtomicInteger sent = new AtomicInteger();
        FutureTask<Void> flood = onAThread(() -> {
            for (int i = 0; i < 1000; i++) {
                peer.send(event("e", "\"" + "x".repeat(80) + "\""));
                sent.incrementAndGet();
            }
            return null;
        });
        await().pollInterval(millis(5)).during(millis(150)).until(() -> sent.get() < 60);
        assertThat(peer.isOpen()).isTrue();
        release.countDown();
        await().until(flood::isDone);
        peer.assertAlive();
    }
}
