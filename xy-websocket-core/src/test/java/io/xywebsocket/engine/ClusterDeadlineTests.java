package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.engine.ClusterTown.Client;
import io.xywebsocket.engine.ClusterTown.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is left of a call's time at the node of the called member. All in virtual time. */
class ClusterDeadlineTests {

    private final ClusterTown town = new ClusterTown();
    private final Node a = town.start("a");
    private final Node b = town.start("b");
    private final Client peer = b.connect();

    ClusterDeadlineTests() {
        town.advance(1_100);
    }

    @AfterEach
    void close() {
        town.close();
    }

    private CompletableFuture<Integer> call(int timeout) {
        return a.member(peer).withTimeout(Duration.ofMillis(timeout)).call("f", 7, XyType.of(Integer.class));
    }

    private void pass(int millis) {
        town.clock.advance(Duration.ofMillis(millis));
    }

    private int timeLeft() {
        List<String> calls = peer.got("c.f");
        assertThat(calls).hasSize(1);
        return Integer.parseInt(calls.get(0).replaceAll(".*\"ttl\":(\\d+).*", "$1"));
    }

    private void loseTheNextFrameOf(String text) {
        AtomicInteger lost = new AtomicInteger();
        town.bus.fates((to, channel, frame) -> to.equals("b")
                        && new String(frame, StandardCharsets.UTF_8).contains(text)
                        && lost.getAndIncrement() == 0
                ? InMemoryBus.Fate.LOSE
                : InMemoryBus.Fate.DELIVER);
    }

    private static void assertGivenUp(CompletableFuture<?> call) {
        assertThat(call).isCompletedExceptionally();
        assertThatThrownBy(call::join).cause().isInstanceOf(XyCallTimeoutException.class);
    }

    @Test
    void theTimeBeforeACallIsPublishedCounts() {
        CompletableFuture<Integer> call = call(1_000);
        pass(600);
        town.settle();

        assertThat(timeLeft()).isEqualTo(400);
        peer.answer(peer.got("c.f").get(0), "8");
        town.settle();
        assertThat(call).isCompletedWithValue(8);
    }

    @Test
    void theTimeBeforeAFrameIsHandledCounts() {
        CompletableFuture<Integer> call = call(1_000);
        a.out.runOne(count -> 0);
        pass(600);
        town.settle();

        assertThat(timeLeft()).isEqualTo(400);
        call.cancel(false);
    }

    @Test
    void aCallThatIsHandledTooLateIsNeitherBegunNorAnswered() {
        List<String> answers = new ArrayList<>();
        town.bus.fates((to, channel, frame) -> {
            String text = new String(frame, StandardCharsets.UTF_8);
            if (to.equals("a") && text.contains("\"k\":\"gone\"")) {
                answers.add(text);
            }
            return InMemoryBus.Fate.DELIVER;
        });
        CompletableFuture<Integer> call = call(1_000);
        a.out.runOne(count -> 0);
        pass(1_001);
        town.settle();

        assertGivenUp(call);
        assertThat(peer.got("c.f")).isEmpty();
        assertThat(answers).isEmpty();
    }

    @Test
    void ofACallToManyNoneIsBegunOnceTheCallerHasGivenUp() {
        Node slow = town.start(
                "slow",
                node -> node.interceptor(new XyInterceptor() {
                    @Override
                    public CompletionStage<XyPayload> outgoingCall(
                            XyMessage call, Chain<CompletionStage<XyPayload>> chain) throws Exception {
                        pass(600);
                        return chain.proceed(call);
                    }
                }));
        List<Client> peers = List.of(slow.connect(), slow.connect(), slow.connect());
        town.advance(1_100);
        var unused = a.endpoint
                .broadcaster()
                .everybody()
                .withTimeout(Duration.ofMillis(1_000))
                .call("f", 7, XyType.of(Integer.class));
        town.settle();

        assertThat(peers.stream().filter(each -> !each.got("c.f").isEmpty())).hasSize(2);
    }

    @Test
    void theTimeUntilALostFrameIsRepairedCounts() {
        loseTheNextFrameOf("\"k\":\"call\"");
        CompletableFuture<Integer> call = call(5_000);
        town.settle();
        town.advance(2_000);

        assertThat(timeLeft()).isBetween(3_000, 4_950);
        call.cancel(false);
    }

    @Test
    void aCallInAFrameThatIsRepairedTooLateIsNotBegun() {
        loseTheNextFrameOf("\"k\":\"call\"");
        CompletableFuture<Integer> call = call(50);
        CompletableFuture<?> many = a.endpoint
                .broadcaster()
                .everybody()
                .withTimeout(Duration.ofMillis(50))
                .call("f", 7, XyType.of(Integer.class))
                .all();
        town.settle();
        town.advance(3_000);

        assertGivenUp(call);
        assertThat(many).isCompleted();
        assertThat(b.endpoint.clusterStatistics().orElseThrow().repairedFrames())
                .isPositive();
        assertThat(peer.got("c.f")).isEmpty();
    }

    @Test
    void aGroupIsNotJoinedForACallerThatHasGivenUp() {
        CompletableFuture<Boolean> join = a.endpoint.groups().join(peer.id(), "north");
        a.out.runOne(count -> 0);
        pass(20_000);
        town.settle();

        assertGivenUp(join);
        assertThat(peer.peer.groups()).isEmpty();
    }

    @Test
    void aCallThatHasFailedIsNotMadeOnceTheBusIsBack() {
        town.bus.cut("a", true, false);
        CompletableFuture<Integer> call = call(30_000);
        town.advance(4_500);
        assertThat(call).isCompletedExceptionally();
        assertThatThrownBy(call::join).cause().isInstanceOf(XyNotConnectedException.class);
        town.bus.heal("a");
        town.advance(3_000);

        assertThat(a.endpoint.clusterStatistics().orElseThrow().connected()).isTrue();
        assertThat(peer.got("c.f")).isEmpty();
    }

    @Test
    void aCallWaitsForItsWholeTimeThoughEventsWaitForLess() {
        try (ClusterTown hasty = new ClusterTown(XyClusterSettings.of("hasty").withOutage(Duration.ofSeconds(1)))) {
            Node here = hasty.start("a");
            Client there = hasty.start("b").connect();
            hasty.advance(1_100);
            hasty.bus.cut("a", true, false);
            var unused = here.member(there).withTimeout(Duration.ofSeconds(10)).call("f", 7, XyType.of(Integer.class));
            hasty.advance(2_000);
            hasty.bus.heal("a");
            hasty.advance(1_000);

            assertThat(there.got("c.f")).hasSize(1);
        }
    }

    @Test
    void aCallWaitsOutAnOutageForAsLongAsItsCaller() {
        town.bus.cut("a", true, false);
        CompletableFuture<Integer> late = call(1_500);
        CompletableFuture<Integer> call = call(4_000);
        town.advance(2_000);
        town.bus.heal("a");
        town.advance(1_000);

        assertGivenUp(late);
        assertThat(timeLeft()).isBetween(1_000, 2_000);
        call.cancel(false);
    }
}
