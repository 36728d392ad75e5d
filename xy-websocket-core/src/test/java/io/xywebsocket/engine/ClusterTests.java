package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyAnswers;
import io.xywebsocket.XyException;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyOutcome;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.concurrent.SystemClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three endpoints that are one cluster, over a bus in memory. */
class ClusterTests extends WithEndpoints {

    private static final XyClusterSettings QUICK = XyClusterSettings.of("shop")
            .withTimes(Duration.ofMillis(50), Duration.ofMillis(2_000), Duration.ofMillis(1_200));

    private final InMemoryBus bus = new InMemoryBus(new SystemClock());
    private final List<XyEndpoint> nodes = new ArrayList<>();
    private final List<ClusterNotices> told = new ArrayList<>();

    @BeforeEach
    void start() {
        for (String name : List.of("a", "b", "c")) {
            ClusterNotices notices = new ClusterNotices();
            told.add(notices);
            nodes.add(endpoint(settings -> settings.cluster(QUICK, bus.line(name))
                    .linger(Duration.ofMillis(200))
                    .clusterListener(notices)
                    .presenceListener(notices)));
        }
        await().until(() -> told.stream()
                .allMatch(notices ->
                        notices.heard.stream().filter("node joined"::equals).count() == 2));
    }

    private RawPeer connectTo(int node) {
        RawPeer peer = connect(nodes.get(node));
        await().until(() -> nodes.stream()
                .allMatch(each -> each.presence().find(peer.peer().id()).isPresent()));
        return peer;
    }

    private XyMember at(int node, RawPeer peer) {
        return nodes.get(node).presence().find(peer.peer().id()).orElseThrow();
    }

    @Test
    void everyNodeKnowsTheMembersOfAll() {
        RawPeer one = connectTo(0);
        RawPeer two = connectTo(1);
        one.peer().identify(() -> "ada");
        nodes.get(0).groups().join(one.peer(), "north");
        for (XyEndpoint node : nodes) {
            await().until(() -> node.presence().inGroup("north").size() == 1);
            await().until(() -> node.presence().ofUser("ada").size() == 1);
            assertThat(node.presence().size()).isEqualTo(2);
            assertThat(node.presence().members()).containsExactlyInAnyOrder(one.peer(), two.peer());
            assertThat(node.presence().users()).containsExactly("ada");
            assertThat(node.presence().groups()).containsExactly("north");
            assertThat(node.presence().isOnline("ada")).isTrue();
        }
        XyMember remote = at(2, one);
        assertThat(remote.user()).isEqualTo("ada");
        assertThat(remote.groups()).containsExactly("north");
        assertThat(remote.since()).isEqualTo(one.peer().since());
        assertThat(remote.node()).isEqualTo(one.peer().node());

        one.vanish();
        String joined = "joined north " + remote.id();
        for (ClusterNotices notices : told) {
            await().until(() -> notices.heard.contains("ada offline"));
            assertThat(notices.heard)
                    .containsSubsequence(joined, "gone " + remote.id())
                    .containsOnlyOnce("ada online", "ada offline", joined);
            assertThat(notices.goneWith).containsEntry(remote.id(), 1006);
        }
    }

    @Test
    void eventsReachMembersOfAllNodesInOrder() {
        List<RawPeer> peers = List.of(connectTo(0), connectTo(1), connectTo(2), connectTo(2));
        peers.forEach(peer -> nodes.stream()
                .filter(node -> node.peers().find(peer.peer().id()).isPresent())
                .forEach(node -> node.groups().join(peer.peer(), "all")));
        for (int i = 0; i < 100; i++) {
            assertThat(nodes.get(0).broadcaster().everybody().send("n", 2 * i)).isEqualTo(1);
            assertThat(nodes.get(0).broadcaster().toGroup("all").send("n", 2 * i + 1))
                    .isEqualTo(1);
        }
        for (RawPeer peer : peers) {
            for (int i = 0; i < 200; i++) {
                assertThat(peer.next()).isEqualTo(event("n", String.valueOf(i)));
            }
        }
    }

    @Test
    void onlyThoseWhoAreMeantGetAnEvent() {
        RawPeer ada = connectTo(1);
        RawPeer bob = connectTo(2);
        ada.peer().identify(() -> "ada");
        nodes.get(2).groups().join(bob.peer(), "north");
        nodes.get(0).broadcaster().toUser("ada").send("a", 1);
        nodes.get(0).broadcaster().toGroup("north", "south").send("b", 2);
        nodes.get(0).broadcaster().everybody().except(at(0, ada)).send("c", 3);
        nodes.get(0).broadcaster().everybody().exceptIds(bob.peer().id()).send("d", 4);
        nodes.get(0).broadcaster().here().send("e", 5);
        nodes.get(0).broadcaster().everybody().send("f", "a\n\"b\"");
        assertThat(List.of(ada.next(), ada.next(), ada.next()))
                .containsExactly(event("a", "1"), event("d", "4"), event("f", "\"a\\n\\\"b\\\"\""));
        assertThat(List.of(bob.next(), bob.next(), bob.next()))
                .containsExactly(event("b", "2"), event("c", "3"), event("f", "\"a\\n\\\"b\\\"\""));
    }

    @Test
    void aMemberOfAnotherNodeIsCalledAsAPeerIs() {
        RawPeer peer = connectTo(1);
        XyMember member = at(0, peer);

        CompletableFuture<Integer> answer = member.call("half", 4, Integer.class);
        String call = peer.nextWith("c.half");
        assertThat(call).contains("\"p\":4");
        peer.send("{\"e\":\"resolve.half\",\"id\":" + RawPeer.idOf(call) + ",\"p\":2}");
        assertThat(answer.join()).isEqualTo(2);

        CompletableFuture<Integer> refused = member.call("half", 3, Integer.class);
        peer.rejectNext("half", "{\"ok\":false,\"status\":409,\"message\":\"odd\",\"why\":[1]}");
        assertThatThrownBy(refused::join).cause().isInstanceOfSatisfying(XyException.class, error -> {
            assertThat(error.status()).isEqualTo(409);
            assertThat(error.getMessage()).contains("odd");
            assertThat(error.details()).containsEntry("why", List.of(1));
        });

        CompletableFuture<Integer> late = member.withTimeout(millis(100)).call("half", 8, Integer.class);
        assertThatThrownBy(late::join).cause().isInstanceOfSatisfying(XyException.class, error -> assertThat(
                        error.status())
                .isEqualTo(504));

        peer.nextWith("c.half");
        CompletableFuture<Integer> cancelled = member.call("half", 8, Integer.class);
        String under = peer.nextWith("c.half");
        cancelled.cancel(false);
        assertThat(peer.nextWith("cancel.half")).contains(RawPeer.idOf(under));

        assertThat(member.send("note", "hi")).isTrue();
        assertThat(peer.nextWith("e.note")).isEqualTo(event("note", "\"hi\""));

        member.close(4401, "disabled");
        await().until(() -> nodes.get(0).presence().find(member.id()).isEmpty());
        assertThatThrownBy(() -> member.await("half", 1, Integer.class)).isInstanceOf(XyNotConnectedException.class);
        await().until(() -> told.get(0).goneWith.containsValue(4401));
        assertThat(member.send("note", "hi")).isFalse();
    }

    @Test
    void aMemberOfAnotherNodeJoinsAndLeavesGroups() {
        RawPeer peer = connectTo(1);
        String id = peer.peer().id();
        assertThat(nodes.get(0).groups().join(id, "north").join()).isTrue();
        assertThat(nodes.get(0).groups().join(id, "north").join()).isFalse();
        assertThat(peer.peer().groups()).containsExactly("north");
        assertThat(nodes.get(0).groups().leave(id, "north").join()).isTrue();
        assertThatThrownBy(() -> nodes.get(0).groups().join(id, "").join())
                .cause()
                .isInstanceOfSatisfying(
                        XyException.class, error -> assertThat(error.status()).isEqualTo(400));
        assertThatThrownBy(() -> nodes.get(0).groups().join("nobody", "north").join())
                .hasCauseInstanceOf(XyNotConnectedException.class);
    }

    @Test
    void aCallToManyHasOneOutcomeForEachMemberOfEachNode() {
        RawPeer here = connectTo(0);
        RawPeer there = connectTo(1);
        RawPeer refuses = connectTo(1);
        RawPeer silent = connectTo(2);
        RawPeer vanishes = connectTo(2);
        XyAnswers<Boolean> answers =
                nodes.get(0).broadcaster().everybody().withTimeout(millis(500)).call("confirm", "?", Boolean.class);
        for (RawPeer peer : List.of(here, there)) {
            peer.send("{\"e\":\"resolve.confirm\",\"id\":" + RawPeer.idOf(peer.nextWith("c.confirm")) + ",\"p\":true}");
        }
        refuses.rejectNext("confirm", "{\"ok\":false,\"status\":409,\"message\":\"no\"}");
        silent.nextWith("c.confirm");
        vanishes.nextWith("c.confirm");
        vanishes.vanish();

        List<XyOutcome<Boolean>> outcomes = answers.await();
        assertThat(outcomes).extracting(XyOutcome::member).containsExactlyElementsOf(answers.asked());
        assertThat(outcomes)
                .extracting(outcome -> outcome.isValue() ? 200 : outcome.error().status())
                .containsExactlyInAnyOrder(200, 200, 409, 504, 503);
    }

    @Test
    void aNodeThatFallsSilentIsLostWithItsMembersAndComesBack() {
        RawPeer peer = connectTo(1);
        CompletableFuture<Integer> pending = at(0, peer).call("slow", null, Integer.class);
        peer.nextWith("c.slow");

        bus.cut("b");

        await().until(() ->
                told.get(0).heard.contains("node lost") && told.get(2).heard.contains("node lost"));
        assertThatThrownBy(pending::join).hasCauseInstanceOf(XyNotConnectedException.class);
        await().until(() -> told.get(0).goneWith.containsValue(1006));
        assertThat(nodes.get(0).presence().size()).isZero();
        await().until(() -> told.get(1).heard.contains("cut off"));
        assertThat(nodes.get(1).presence().size()).isEqualTo(1);

        bus.heal("b");

        await().until(() -> nodes.stream().allMatch(node -> node.presence().size() == 1));
        assertThat(told.get(1).heard).containsSubsequence("connected", "cut off", "connected");
        assertThat(told.get(0).heard)
                .filteredOn(("up " + peer.peer().id())::equals)
                .hasSize(2);
    }

    @Test
    void aNodeThatStopsLeavesAtOnce() {
        RawPeer peer = connectTo(1);
        nodes.get(1).close();
        await().until(() ->
                told.get(0).heard.contains("node left") && told.get(2).heard.contains("node left"));
        assertThat(nodes.get(0).presence().find(peer.peer().id())).isEmpty();
        assertThat(told.get(0).heard).doesNotContain("node lost");
    }

    /** A bus that doesn't return from a frame until the test lets it. */
    private static final class Stuck implements XyBus {

        final Semaphore entered = new Semaphore(0);
        final Semaphore released = new Semaphore(0);

        @Override
        public void open(Set<String> channels, Receiver receiver) {}

        @Override
        public void publish(String channel, byte[] frame) {
            entered.release();
            released.acquireUninterruptibly();
        }

        @Override
        public void renew() {}

        @Override
        public void close() {}
    }

    @Test
    void aNodeThatStopsDoesNotWaitForABusThatDoesNotReturn() throws Exception {
        Stuck stuck = new Stuck();
        XyEndpoint node = endpoint(settings -> settings.cluster(QUICK, stuck));
        try {
            assertThat(stuck.entered.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(CompletableFuture.runAsync(node::close)).succeedsWithin(Duration.ofSeconds(10));
        } finally {
            stuck.released.release(1000);
        }
    }

    @Test
    void whatIsMissingIsAskedForUntilTheSenderHearsOfIt() {
        RawPeer peer = connectTo(1);
        AtomicInteger requests = new AtomicInteger();
        bus.fates((to, channel, frame) -> {
            String text = new String(frame, StandardCharsets.UTF_8);
            boolean isRequest = text.contains("{\"k\":\"again\"");
            boolean lost =
                    isRequest ? requests.incrementAndGet() <= 3 : to.equals("b") && text.contains("\"n\":\"first\"");
            return lost && requests.get() <= 3 ? InMemoryBus.Fate.LOSE : InMemoryBus.Fate.DELIVER;
        });
        nodes.get(0).broadcaster().broadcast("first", 1);
        nodes.get(0).broadcaster().broadcast("second", 2);
        assertThat(peer.next()).isEqualTo(event("first", "1"));
        assertThat(peer.next()).isEqualTo(event("second", "2"));
        assertThat(requests).hasValueGreaterThan(3);
        assertThat(nodes.get(1).clusterStatistics().orElseThrow().lostEvents()).isZero();
        assertThat(told.get(1).heard).noneMatch(heard -> heard.startsWith("gap"));
    }

    @Test
    void whatWaitsForAFrameOfANodeThatIsLostIsHandedOn() {
        RawPeer peer = connectTo(1);
        StringBuffer published = new StringBuffer();
        bus.fates((to, channel, frame) -> {
            String text = new String(frame, StandardCharsets.UTF_8);
            published.append(text);
            boolean lost = text.contains("{\"k\":\"again\"") || to.equals("b") && text.contains("\"n\":\"first\"");
            return lost ? InMemoryBus.Fate.LOSE : InMemoryBus.Fate.DELIVER;
        });
        nodes.get(0).broadcaster().broadcast("first", 1);
        await().until(() -> published.indexOf("\"n\":\"first\"") >= 0);
        nodes.get(0).broadcaster().broadcast("second", 2);
        await().until(() -> published.indexOf("\"n\":\"second\"") >= 0);
        bus.cut("a");
        assertThat(peer.next()).isEqualTo(event("second", "2"));
        await().until(() -> told.get(1).heard.contains("node lost"));
        assertThat(told.get(1).heard).containsSubsequence("gap 1", "node lost");
    }

    @Test
    void aNodeThatHasLeftJoinsAgainWhenItReopens() {
        connectTo(0);
        nodes.get(1).leaveCluster();
        await().until(() ->
                told.get(0).heard.contains("node left") && told.get(2).heard.contains("node left"));
        nodes.get(1).broadcaster().broadcast("unheard", 1);
        assertThat(nodes.get(1).clusterStatistics().orElseThrow().connected()).isFalse();
        assertThatThrownBy(() -> nodes.get(1).presence().members().get(0).await("any", null, String.class))
                .isInstanceOf(XyNotConnectedException.class);

        nodes.get(1).reopen();
        RawPeer back = connectTo(1);
        assertThat(at(0, back).node()).isEqualTo(back.peer().node());
        assertThat(told.get(0).heard)
                .containsSubsequence("node left", "node joined")
                .doesNotContain("node lost");
        RawPeer other = connectTo(2);
        nodes.get(1).broadcaster().broadcast("heard", 1);
        assertThat(other.next()).isEqualTo(event("heard", "1"));
        nodes.get(2).broadcaster().broadcast("there", 1);
        assertThat(back.next()).isEqualTo(event("heard", "1"));
        assertThat(back.next()).isEqualTo(event("there", "1"));
    }

    @Test
    void aHandlerAwaitsMembersOfOtherNodesThoughThereIsNoOtherThread() {
        XyEndpoint single =
                endpoint(settings -> settings.cluster(QUICK, bus.line("d")).maxThreads(1));
        RawPeer there = connectTo(1);
        RawPeer caller = connect(single);
        await().until(() -> single.presence().size() == 2);
        single.handlers().register("relay", (function, payload, peer) -> {
            XyMember member = single.presence().find(there.peer().id()).orElseThrow();
            int one = member.await("one", 1, Integer.class);
            List<XyOutcome<Integer>> many = single.broadcaster()
                    .everybody()
                    .except(peer)
                    .call("many", 1, Integer.class)
                    .await();
            return one + many.get(0).orElseThrow();
        });
        caller.send(call("relay", "\"1\""));
        there.answerNext("one", "1");
        there.answerNext("many", "2");
        assertThat(caller.nextWith("relay")).isEqualTo(resolved("relay", "\"1\"", "3"));
    }
}
