package io.xywebsocket.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyException;
import io.xywebsocket.XyPeer;
import io.xywebsocket.engine.XyEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class XyTestClockTests {

    private final XyTestClock clock = new XyTestClock();
    private final XyEndpoint endpoint = XyEndpoint.builder().clock(clock).build();
    private final XyTestPeers peers = new XyTestPeers(endpoint);

    @AfterEach
    void close() {
        peers.close();
        endpoint.close();
    }

    @RepeatedTest(50)
    void aCallThatIsNotAnsweredTimesOutWhenTheTestSaysSo() {
        endpoint.handlers().register("ask", String.class, (word, peer) -> {
            try {
                return peer.await("confirm", word, String.class);
            } catch (XyCallTimeoutException silence) {
                return "silence";
            }
        });
        XyTestPeer peer = peers.connect();
        CompletableFuture<String> answer = peer.call("ask", "sure?", String.class);
        XyTestCall<String> confirm = peer.awaitCall("confirm", String.class);

        clock.advance(Duration.ofMillis(4_999));
        assertThat(answer).isNotDone();
        clock.advance(Duration.ofMillis(1));

        assertThat(answer.join()).isEqualTo("silence");
        confirm.resolve("too late");
        peer.assertNoMore();
    }

    @RepeatedTest(50)
    void aPeerThatAnswersNoPingIsDroppedAfterTwoIntervalsAndTheOthersAreNot() {
        XyTestPeer deaf = peers.connect();
        XyTestPeer alive = peers.connect();
        deaf.stopReading();

        clock.advance(Duration.ofSeconds(59));
        assertThat(deaf.isOpen()).isTrue();
        clock.advance(Duration.ofSeconds(1));

        assertThat(deaf.isOpen()).isFalse();
        assertThat(deaf.awaitEnd()).isEqualTo(new XyTestPeer.End(1006, ""));
        assertThat(alive.isOpen()).isTrue();
        assertThat(endpoint.peers()).containsExactly(alive.peer());
    }

    @Test
    void aPeerThatAnswersPingsStaysForADay() {
        XyTestPeer peer = peers.connect();
        clock.advance(Duration.ofHours(1));
        assertThat(peer.isOpen()).isTrue();
        assertThat(endpoint.statistics().droppedPeers()).isZero();
    }

    @RepeatedTest(50)
    void aPeerThatTakesNothingIsDroppedAfterTheSendTimeout() {
        XyTestPeer slow = peers.connect();
        slow.stopReading();
        for (int i = 0; i < 4; i++) {
            slow.peer().send("big", "x".repeat(50_000));
        }

        clock.advance(Duration.ofSeconds(9));
        assertThat(slow.isOpen()).isTrue();
        clock.advance(Duration.ofSeconds(2));

        assertThat(slow.isOpen()).isFalse();
        assertThat(slow.awaitEnd().code()).isEqualTo(1006);
    }

    @RepeatedTest(50)
    void aPeerThatAnswersNoCloseIsCutAfterTheSendTimeout() {
        XyTestPeer deaf = peers.connect();
        deaf.stopReading();
        deaf.peer().close();

        clock.advance(Duration.ofSeconds(9));
        assertThat(deaf.isOpen()).isTrue();
        clock.advance(Duration.ofSeconds(1));

        assertThat(deaf.isOpen()).isFalse();
    }

    @RepeatedTest(20)
    void aListenerThatHangsHoldsUpCallsForASecondOfTheTests() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch hang = new CountDownLatch(1);
        endpoint.handlers().on("note", (name, payload, peer) -> {
            inside.countDown();
            hang.await();
        });
        endpoint.handlers().register("level", (name, payload, peer) -> 12);
        XyTestPeer peer = peers.connect();
        peer.send("note");
        assertThat(inside.await(5, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Integer> level = peer.call("level", Integer.class);

        clock.advance(Duration.ofMillis(999));
        assertThat(level).isNotDone();
        clock.advance(Duration.ofMillis(1));

        assertThat(level.join()).isEqualTo(12);
        hang.countDown();
    }

    @Test
    void handlersThatBlockGetThreadsWithoutTheTestsDoing() {
        endpoint.handlers()
                .register("ask", Integer.class, (number, peer) -> peer.await("confirm", number, Integer.class));
        XyTestPeer peer = peers.connect();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(peer.call("ask", i, Integer.class));
        }
        List<XyTestCall<Integer>> asked = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            asked.add(peer.awaitCall("confirm", Integer.class));
        }
        asked.forEach(call -> call.resolve(call.payload()));
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(answers.indexOf(answer)));
    }

    @Test
    void aHandlerSeesOneTimeoutAfterTheOther() {
        XyTestPeer first = peers.connect();
        XyTestPeer second = peers.connect();
        endpoint.handlers().register("find", String.class, (name, caller) -> {
            for (XyPeer peer : List.of(first.peer(), second.peer())) {
                try {
                    return peer.withTimeout(Duration.ofSeconds(15)).await("accept", name, Boolean.class);
                } catch (XyCallTimeoutException silence) {
                    // the next one
                }
            }
            throw new XyException(404, "Nobody");
        });
        CompletableFuture<Boolean> found = first.call("find", "c1", Boolean.class);

        first.awaitCall("accept");
        clock.advance(Duration.ofSeconds(15));
        second.awaitCall("accept");
        clock.advance(Duration.ofSeconds(15));

        assertThatThrownBy(found::join).hasRootCauseMessage("Nobody");
    }

    @Test
    void timersRunAtTheirOwnTimeInTheirOwnOrderUnlessTheyAreCancelled() {
        List<String> ran = new ArrayList<>();
        long start = clock.nanoTime();
        clock.schedule(() -> ran.add("third at " + seconds(start)), Duration.ofSeconds(3));
        clock.schedule(() -> ran.add("second at " + seconds(start)), Duration.ofSeconds(2));
        clock.schedule(
                () -> clock.schedule(() -> ran.add("set by a timer at " + seconds(start)), Duration.ofSeconds(2)),
                Duration.ofSeconds(1));
        clock.schedule(() -> ran.add("cancelled"), Duration.ofSeconds(1)).cancel();
        clock.schedule(() -> ran.add("later"), Duration.ofSeconds(4));

        clock.advance(Duration.ofMillis(3_500));

        assertThat(ran).containsExactly("second at 2", "third at 3", "set by a timer at 3");
        assertThat(clock.nanoTime() - start).isEqualTo(3_500_000_000L);
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsDueAtOnceDoesNotWaitForTheTest() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        clock.schedule(ran::countDown, Duration.ofMillis(1));
        assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aMomentThatHasPassedDoesNotWaitForTheTest() throws Exception {
        long before = clock.nanoTime();
        clock.advance(Duration.ofSeconds(1));
        CountDownLatch ran = new CountDownLatch(1);
        clock.scheduleAt(ran::countDown, before + 1_000_000_000L);
        assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aMomentToComeWaitsForTheTestHoweverNearItIs() {
        List<String> ran = new ArrayList<>();
        clock.scheduleAt(() -> ran.add("cancelled"), clock.nanoTime() + 1).cancel();
        clock.scheduleAt(() -> ran.add("near"), clock.nanoTime() + 1);
        assertThat(ran).isEmpty();
        clock.advance(Duration.ofNanos(1));
        assertThat(ran).containsExactly("near");
    }

    /** Whoever sets the timer of a deadline may do so at any moment of the time's moving. */
    @RepeatedTest(5)
    void noMomentIsMissedWhileTheTimeMoves() throws Exception {
        int moments = 2_000;
        CountDownLatch ran = new CountDownLatch(moments);
        long start = clock.nanoTime();
        Thread setter = new Thread(() -> {
            for (int i = 0; i < moments; i++) {
                clock.scheduleAt(ran::countDown, start + i * 1_000L);
            }
        });
        setter.start();
        for (int i = 0; i < moments; i++) {
            clock.advance(Duration.ofNanos(1_000));
        }
        setter.join();
        assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anEndpointShutsDownWhileTheTimeStandsStill() {
        XyTestPeer peer = peers.connect();
        CompletableFuture<Void> down = endpoint.shutdown(Duration.ofSeconds(30));
        assertThat(peer.awaitEnd()).isEqualTo(new XyTestPeer.End(1001, "shutting down"));
        down.orTimeout(5, TimeUnit.SECONDS).join();
    }

    private long seconds(long start) {
        return TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - start);
    }
}
