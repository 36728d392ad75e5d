package io.xywebsocket.engine;

import static io.xywebsocket.engine.ClusterTown.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyAnswers;
import io.xywebsocket.XyMember;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.engine.ClusterTown.Client;
import io.xywebsocket.engine.ClusterTown.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node publishes, and how often. All in virtual time. */
class ClusterFrameTests {

    private final ClusterTown town = new ClusterTown();
    private final Node a = town.start("a");

    /** Since the last {@link #record}, each frame once. */
    private final List<String> published = new ArrayList<>();

    @AfterEach
    void close() {
        town.close();
    }

    private void record() {
        published.clear();
        town.bus.fates((to, channel, frame) -> {
            if (to.equals("stranger") || !channel.endsWith(":all")) {
                published.add(new String(frame, StandardCharsets.UTF_8));
            }
            return InMemoryBus.Fate.DELIVER;
        });
    }

    // ---- what stays at the node

    private static void answerAll(Client client, String function) {
        client.got("\"c." + function + "\"").forEach(call -> client.answer(call, "7"));
    }

    private void callAndSendHere(Client one, Client two) {
        XyMember member = a.member(two);
        CompletableFuture<Integer> byPeer = one.peer.call("peer", 1, Integer.class);
        CompletableFuture<Integer> byMember = member.call("member", 1, Integer.class);
        XyAnswers<Integer> many = a.endpoint.broadcaster().toUser("ada").call("many", 1, Integer.class);
        XyAnswers<Integer> here = a.endpoint.broadcaster().here().call("here", 1, Integer.class);
        town.settle();
        answerAll(one, "peer");
        answerAll(two, "member");
        for (Client each : List.of(one, two)) {
            answerAll(each, "many");
            answerAll(each, "here");
            WithEndpoints.text(each.peer.connection, WithEndpoints.call("double", "\"1\""));
        }
        assertThat(byPeer).isCompletedWithValue(7);
        assertThat(byMember).isCompletedWithValue(7);
        assertThat(many.all()).isCompleted();
        assertThat(here.all()).isCompleted();
        assertThat(one.peer.send("e", 1)).isTrue();
        assertThat(member.send("e", 1)).isTrue();
        assertThat(member.sendLatest("e", "k", 1)).isTrue();
        assertThat(a.endpoint.broadcaster().here().send("e", 1)).isEqualTo(2);
        town.settle();
    }

    @Test
    void whatConcernsPeersOfThisNodeAloneIsNotPublished() {
        Client one = a.connect();
        Client two = a.connect();
        for (Client each : List.of(one, two)) {
            each.peer.identify(() -> "ada");
            a.endpoint.groups().join(each.peer, "north");
        }
        a.endpoint.handlers().register("double", (function, payload, peer) -> 2);
        town.advance(1_100);
        record();
        callAndSendHere(one, two);
        assertThat(a.endpoint.broadcaster().broadcast("all", 1)).isEqualTo(2);
        assertThat(a.endpoint.broadcaster().toGroup("north").send("group", 1)).isEqualTo(2);
        assertThat(a.endpoint.broadcaster().toUser("ada").send("user", 1)).isEqualTo(2);
        assertThat(a.endpoint.broadcaster().toGroup("north").sendLatest("group", "k", 2))
                .isEqualTo(2);
        XyAnswers<Integer> answers = a.endpoint.broadcaster().everybody().call("all", 1, Integer.class);
        town.settle();
        answerAll(one, "all");
        answerAll(two, "all");
        assertThat(answers.all()).isCompleted();
        town.settle();
        assertThat(published).as("while there is no other node").isEmpty();

        Client there = town.start("b").connect();
        town.advance(100);
        record();
        callAndSendHere(one, two);
        assertThat(published).as("with another node").isEmpty();
        a.endpoint.broadcaster().toGroup("north").send("group", 3);
        town.settle();
        assertThat(published).hasSize(1);
        assertThat(there.got("e.")).isEmpty();
    }

    // ---- the latest

    private List<String> valuesOf(String event) {
        return published.stream()
                .flatMap(String::lines)
                .filter(line -> line.contains("\"n\":\"" + event + "\""))
                .map(line -> line.replaceAll(".*\"p\":(\\d+).*", "$1"))
                .toList();
    }

    @Test
    void ofLatestValuesThatWaitOnlyTheLastIsPublished() {
        Client peer = town.start("b").connect();
        peer.peer.identify(() -> "ada");
        town.advance(100);
        XyMember member = a.member(peer);
        record();
        for (int i = 1; i <= 5; i++) {
            a.endpoint.broadcaster().broadcastLatest("all", "x", i);
            a.endpoint.broadcaster().broadcastLatest("all", "y", 10 + i);
            a.endpoint.broadcaster().toUser("ada").sendLatest("user", "x", i);
            member.sendLatest("member", "x", i);
            a.endpoint.broadcaster().broadcast("each", i);
        }
        town.settle();
        assertThat(valuesOf("all")).containsExactly("5", "15");
        assertThat(valuesOf("user")).containsExactly("5");
        assertThat(valuesOf("member")).containsExactly("5");
        assertThat(valuesOf("each")).containsExactly("1", "2", "3", "4", "5");
        a.endpoint.broadcaster().broadcastLatest("all", "x", 6);
        town.settle();
        assertThat(valuesOf("all")).containsExactly("5", "15", "6");
        assertThat(peer.got("e.all")).hasSize(3);
    }

    // ---- nodes that leave and come back

    @Test
    void whatANodePublishesTogetherWithItsGoodbyeAndItsReturnArrives() {
        Node b = town.start("b");
        Client peer = b.connect();
        Client here = a.connect();
        town.advance(100);
        a.endpoint.leaveCluster(); // is published only after it has joined again
        a.endpoint.reopen();
        a.endpoint.broadcaster().broadcast("back", 1);
        town.advance(2_000);
        assertThat(peer.got("e.back")).hasSize(1);
        assertThat(b.heard).containsSubsequence("node left", "node joined").doesNotContain("node lost");
        assertThat(b.cluster().statistics().lostEvents()).isZero();
        assertThat(b.knows(here)).isTrue();
    }

    // ---- repair

    @Test
    void aNodeThatCameBackBehindAGapIsNotEndedForItsFormerSilence() {
        XyClusterSettings quick = XyClusterSettings.of("quick")
                .withTimes(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(2));
        try (ClusterTown hasty = new ClusterTown(quick)) {
            Node node = hasty.start("a");
            String heartbeat = "{\"k\":\"hb\",\"v\":0,\"age\":1}\n{\"k\":\"snap\",\"v\":0,\"size\":0}";
            hasty.publishToAll(frame("x", 1, heartbeat));
            hasty.publishToAll(frame("x", 3, "{\"k\":\"bye\"}", heartbeat)); // the second one is lost
            hasty.advance(3_600);

            assertThat(node.heard)
                    .filteredOn(notice -> notice.startsWith("node "))
                    .containsExactly("node joined", "node left", "node joined");
            hasty.advance(3_600);
            assertThat(node.heard).containsOnlyOnce("node lost");
        }
    }

    private static void run(Node node) {
        boolean progress = true;
        while (progress) {
            progress = node.in.runOne(count -> 0) | node.out.runOne(count -> 0);
        }
    }

    /** Lets each of the others ask for what it misses, and the sender answer before the next one asks. */
    private void oneAfterTheOther(List<Node> others) {
        for (Node other : others) {
            run(other);
            run(a);
        }
    }

    @Test
    void aFrameThatManyNodesHaveMissedIsPublishedAgainOnce() {
        List<Node> others = new ArrayList<>();
        List<Client> peers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Node other = new Node(town, "x" + i, settings -> settings);
            town.nodes.add(other);
            others.add(other);
            peers.add(other.connect());
        }
        town.advance(3_000);
        List<Long> times = new ArrayList<>();
        boolean[] reaches = new boolean[1];
        town.bus.fates((to, channel, frame) -> {
            boolean missing = new String(frame, StandardCharsets.UTF_8).contains("\"n\":\"missing\"");
            if (missing && to.equals("stranger")) {
                times.add(town.clock.nanoTime() / 1_000_000);
            }
            return missing && !reaches[0] ? InMemoryBus.Fate.LOSE : InMemoryBus.Fate.DELIVER;
        });
        long start = town.clock.nanoTime() / 1_000_000;
        a.endpoint.broadcaster().broadcast("missing", 1);
        run(a);
        a.endpoint.broadcaster().broadcast("next", 2);
        run(a);
        oneAfterTheOther(others);
        assertThat(times).containsExactly(start, start);

        reaches[0] = true;
        town.clock.advance(Duration.ofMillis(250));
        oneAfterTheOther(others);
        town.settle();
        assertThat(times).containsExactly(start, start, start + 250);
        for (Client peer : peers) {
            assertThat(peer.got("e.")).hasSize(2).first().asString().contains("e.missing");
        }
        assertThat(others).allMatch(other -> other.cluster().statistics().lostEvents() == 0);
    }
}
