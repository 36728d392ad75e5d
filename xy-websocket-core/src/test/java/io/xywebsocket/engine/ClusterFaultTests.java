package io.xywebsocket.engine;

import static io.xywebsocket.engine.ClusterTown.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyException;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.engine.ClusterTown.Client;
import io.xywebsocket.engine.ClusterTown.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong between nodes, and what comes from the bus that no node has sent. All in virtual time. */
class ClusterFaultTests {

    private final List<ClusterTown> towns = new ArrayList<>();

    private ClusterTown town(XyClusterSettings settings) {
        ClusterTown town = new ClusterTown(settings);
        towns.add(town);
        return town;
    }

    private ClusterTown town() {
        return town(XyClusterSettings.of("town"));
    }

    @AfterEach
    void close() {
        towns.forEach(ClusterTown::close);
    }

    private static void assertStatus(CompletableFuture<?> call, int status) {
        assertThat(call).isCompletedExceptionally();
        assertThatThrownBy(call::join).cause().isInstanceOfSatisfying(XyException.class, error -> assertThat(
                        error.status())
                .isEqualTo(status));
    }

    // ---- what comes from the bus

    @Test
    void anIdThatNoNodeCanHaveBreaksNothing() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        for (String from : List.of("x\\\"y", "x}\\ny", "", "x y", "n".repeat(1 << 20))) {
            town.publishToAll(frame(from, 1, "{\"k\":\"hb\",\"v\":7,\"size\":1,\"age\":1}"));
        }
        town.advance(10_000);
        Client peer = b.connect();
        town.advance(100);
        assertThat(a.knows(peer)).isTrue();
        assertThat(a.heard).doesNotContain("node lost", "cut off").containsOnlyOnce("node joined");
        assertThat(a.endpoint.clusterStatistics().orElseThrow().nodes()).isEqualTo(1);
    }

    @Test
    void nodesBeyondAnyReasonAreIgnored() {
        ClusterTown town = town();
        Node a = town.start("a");
        for (int i = 0; i < 3_000; i++) {
            town.publishToAll(frame("x" + i, 1, "{\"k\":\"hb\",\"v\":0,\"size\":0,\"age\":1}"));
        }
        assertThat(a.endpoint.clusterStatistics().orElseThrow().nodes()).isEqualTo(1000);
        town.advance(7_000);
        assertThat(a.endpoint.clusterStatistics().orElseThrow().nodes()).isZero();
    }

    @Test
    void messagesThatMakeNoSenseAreCountedAndFillNoLog() {
        ClusterTown town = town();
        Node a = town.start("a");
        Client peer = a.connect();
        a.endpoint.groups().join(peer.peer, "north");
        String m = "\"m\":\"" + peer.id() + "\"";
        List<String> senseless = List.of(
                "",
                "{",
                "[]",
                "{\"k\":1}",
                "{\"k\":\"ev\",\"g\":[],\"n\":\"e\"}",
                "{\"k\":\"ev\",\"g\":7,\"n\":\"e\"}",
                "{\"k\":\"ev\",\"g\":\"north\",\"n\":\"e\"}",
                "{\"k\":\"ev\",\"g\":\"n\"}",
                "{\"k\":\"ev\",\"x\":\"a\",\"n\":7}",
                "{\"k\":\"ev\",\"n\":\"" + "e".repeat(500) + "\"}",
                "{\"k\":\"send\"," + m + ",\"n\":\"" + "e".repeat(500) + "\"}",
                "{\"k\":\"send\"," + m + "}",
                "{\"k\":\"call\"," + m + ",\"n\":\"f\",\"ttl\":1}",
                "{\"k\":\"call\"," + m + ",\"n\":\"\",\"id\":{},\"ttl\":900000000000000000}",
                "{\"k\":\"many\",\"n\":\"f\",\"ms\":\"a\",\"ttl\":1}",
                "{\"k\":\"group\"," + m + ",\"n\":\"join\",\"id\":\"1\"}",
                "{\"k\":\"group\"," + m + ",\"n\":\"join\",\"id\":\"1\",\"p\":{}}",
                "{\"k\":\"group\"," + m + ",\"n\":\"jump\",\"id\":\"1\",\"p\":\"south\"}",
                "{\"k\":\"close\"," + m + ",\"c\":70000}",
                "{\"k\":\"ans\",\"id\":7}",
                "{\"k\":\"ans\"}",
                "{\"k\":\"up\"}",
                "{\"k\":\"hb\",\"v\":0,\"size\":0,\"age\":1}",
                "{\"k\":\"snap\",\"v\":900000000000000000,\"size\":900000000000000000}",
                "{\"k\":\"is\",\"m\":7}",
                "{\"k\":\"stop\",\"back\":900000000000000000}",
                "{\"k\":\"up\",\"m\":\"z\",\"g\":\"north\"}",
                "{\"k\":\"what\"}");
        int before = a.heard.size();
        try (LogCapture log = new LogCapture("io.xywebsocket", null)) {
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < senseless.size(); i++) {
                    town.publish(a, frame("x", 1 + (long) round * senseless.size() + i, senseless.get(i)));
                }
            }
            assertThat(log.lines(Level.WARN)).hasSizeLessThanOrEqualTo(1);
        }
        assertThat(a.endpoint.clusterStatistics().orElseThrow().unknownMessages())
                .isGreaterThan(300);
        assertThat(peer.wire.written()).noneMatch(written -> written.startsWith("close"));
        assertThat(peer.got("\"e.")).isEmpty();
        assertThat(a.endpoint.groups().leave(peer.peer, "south")).isFalse();
        town.advance(7_000);
        assertThat(a.heard.subList(before, a.heard.size())).isEmpty(); // its members were never known
        assertThat(a.endpoint.presence().members()).containsExactly(peer.peer);
    }

    @Test
    void aReturnTimeBeyondAnyReasonIsAMinute() {
        ClusterTown town = town();
        Node a = town.start("a");
        town.publishToAll(frame("x", 1, "{\"k\":\"hb\",\"v\":1,\"size\":1,\"age\":1}"));
        town.publish(
                a,
                frame(
                        "x",
                        1,
                        "{\"k\":\"snap\",\"v\":1,\"size\":1}",
                        "{\"k\":\"is\",\"m\":\"z\",\"u\":\"ada\",\"g\":[\"north\"],\"t\":1}"));
        assertThat(a.endpoint.presence().ofUser("ada")).hasSize(1);
        town.publishToAll(frame("x", 2, "{\"k\":\"stop\",\"back\":400000000000000000}"));
        town.advance(7_000);
        assertThat(a.endpoint.presence().members()).isEmpty();
        assertThat(a.endpoint.presence().isOnline("ada")).isTrue();
        town.advance(66_000);
        assertThat(a.heard).containsOnlyOnce("ada offline");
        assertThat(a.endpoint.presence().isOnline("ada")).isFalse();
    }

    @Test
    void noNodeTakesAMemberFromAnother() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client here = a.connect();
        Client there = b.connect();
        town.advance(100);
        town.publishToAll(frame("x", 1, "{\"k\":\"hb\",\"v\":1,\"size\":1,\"age\":1}"));
        town.publish(a, frame("x", 1, "{\"k\":\"snap\",\"v\":1,\"size\":0}"));
        town.publishToAll(frame(
                "x",
                2,
                "{\"k\":\"up\",\"m\":\"" + there.id() + "\",\"u\":\"eve\",\"t\":1}",
                "{\"k\":\"up\",\"m\":\"" + here.id() + "\",\"u\":\"eve\",\"t\":1}"));
        assertThat(a.member(there).node()).isEqualTo(b.id);
        assertThat(a.endpoint.presence().ofUser("eve")).isEmpty();
        town.advance(7_000);
        assertThat(a.endpoint.presence().members()).containsExactlyInAnyOrder(here.peer, there.peer);
    }

    // ---- nodes that go and come back

    @Test
    void membersOfANodeThatComesBackAreToldAgainThoughItIsTheOlderOne() {
        ClusterTown town = town(XyClusterSettings.of("town").withTailSize(0));
        Node older = town.start("older");
        Client peer = older.connect();
        peer.peer.identify(() -> "ada");
        town.advance(1_000);
        Node younger = town.start("younger");
        assertThat(younger.knows(peer)).isTrue();
        assertThat(younger.heard).doesNotContain("up " + peer.id());

        town.bus.fates((to, channel, frame) ->
                to.equals("younger") && new String(frame, StandardCharsets.UTF_8).contains(older.id + "\",\"app")
                        ? InMemoryBus.Fate.LOSE
                        : InMemoryBus.Fate.DELIVER);
        town.advance(20_000);
        assertThat(younger.heard).contains("gone " + peer.id(), "ada offline");
        town.bus.fates((to, channel, frame) -> InMemoryBus.Fate.DELIVER);
        town.advance(5_000);

        assertThat(younger.knows(peer)).isTrue();
        assertThat(younger.heard)
                .containsSubsequence("gone " + peer.id(), "up " + peer.id())
                .containsSubsequence("ada offline", "ada online");
    }

    @Test
    void whoeverKeptAMemberReachesItAfterItsNodeHasComeBack() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        XyMember kept = a.member(peer);
        town.bus.cut("b");
        town.advance(10_000);
        assertStatus(kept.call("f", null, Integer.class), 503);
        town.bus.heal("b");
        town.advance(5_000);

        CompletableFuture<Integer> call = kept.call("f", null, Integer.class);
        town.settle();
        peer.answer(peer.got("c.f").get(0), "5");
        town.settle();
        assertThat(call).isCompletedWithValue(5);
        assertThat(kept.send("e", 1)).isTrue();
        town.settle();
        assertThat(peer.got("e.e")).hasSize(1);

        town.bus.fates((to, channel, frame) -> InMemoryBus.Fate.LOSE);
        kept.close(4401, "disabled");
        town.settle();
        town.bus.fates((to, channel, frame) -> InMemoryBus.Fate.DELIVER);
        town.advance(3_000);
        assertThat(peer.got("close 4401")).hasSize(1);
        assertThat(a.knows(peer)).isFalse();
    }

    @Test
    void aCutThatIsOverBeforeItIsToldIsNotTold() {
        ClusterTown town = town();
        Node a = town.start("a");
        a.heard.clear();
        town.bus.cut("a", false, true);
        town.clock.advance(Duration.ofMillis(4_900)); // the cluster's thread is busy
        town.bus.heal("a");
        while (a.out.runOne(count -> 0)) {}
        town.clock.advance(Duration.ofMillis(1_000));
        town.advance(2_000);
        assertThat(a.endpoint.clusterStatistics().orElseThrow().connected()).isTrue();
        assertThat(a.heard).doesNotContain("cut off");
    }

    // ---- outages

    private static String latest(List<String> frames) {
        return frames.isEmpty() ? "" : frames.get(frames.size() - 1);
    }

    @Test
    void theLatestValueOutlivesAnOutage() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        town.bus.cut("a", true, false);
        a.endpoint.broadcaster().everybody().send("other", 0);
        town.advance(100); // this one is in doubt
        for (int i = 0; i <= 140; i++) {
            a.endpoint.broadcaster().everybody().sendLatest("price", "x", i);
            town.advance(50);
        }
        a.endpoint.broadcaster().everybody().sendLatest("price", "x", 141);
        town.bus.heal("a");
        town.advance(3_000);
        assertThat(latest(peer.got("e.price"))).contains("\"p\":141");
    }

    @Test
    void whatIsOlderThanTheOutageIsNotPublishedAfterIt() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        XyMember member = a.member(peer);
        town.bus.cut("a");
        town.advance(1_000); // the publisher finds out
        CompletableFuture<Integer> call = member.call("order", null, Integer.class);
        a.endpoint.broadcaster().everybody().send("old", 1);
        member.send("old", 2);
        town.advance(3_000);
        assertStatus(call, 503);
        town.advance(20_000);
        a.endpoint.broadcaster().everybody().send("fresh", 3);
        town.bus.heal("a");
        town.advance(8_000);
        assertThat(peer.got("c.order")).isEmpty();
        assertThat(peer.got("e.old")).isEmpty();
        assertThat(peer.got("e.fresh")).hasSize(1);
    }

    @Test
    void whatIsInDoubtIsNotPublishedAgainOnceItIsOlderThanTheOutage() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        Client third = town.start("c").connect();
        town.advance(100);
        XyMember member = a.member(peer);
        b.heard.clear();
        town.bus.cut("a");
        a.endpoint.broadcaster().everybody().send("old", 1); // is under way when the bus fails
        CompletableFuture<Integer> call = member.call("order", null, Integer.class);
        member.send("old", 2);
        town.advance(30_000);
        assertStatus(call, 503);
        town.bus.heal("a");
        town.advance(8_000);
        a.endpoint.broadcaster().everybody().send("fresh", 3);
        Client later = a.connect();
        town.advance(1_100);
        assertThat(peer.got("c.order")).isEmpty();
        assertThat(peer.got("e.old")).isEmpty();
        assertThat(peer.got("e.fresh")).hasSize(1);
        assertThat(third.got("e.fresh")).hasSize(1);
        assertThat(b.knows(later)).isTrue();
        assertThat(b.heard.stream()
                        .filter(heard -> heard.startsWith("gap"))
                        .mapToInt(gap -> Integer.parseInt(gap.substring(4)))
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void afterAnOutageNothingIsPublishedBeforeOtherNodesHearAgain() {
        ClusterTown town = town(XyClusterSettings.of("town").withTailSize(0)); // nothing can be had again
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        town.bus.cut("a");
        town.bus.cut("b");
        for (int i = 0; i < 20; i++) {
            a.endpoint.broadcaster().everybody().send("e", i);
            town.advance(50);
        }
        town.bus.heal("a");
        for (int i = 20; i < 24; i++) {
            a.endpoint.broadcaster().everybody().send("e", i);
            town.advance(50);
        }
        town.bus.heal("b"); // 200 ms later
        town.advance(2_000);
        assertThat(peer.got("e.e")).hasSize(24);
        assertThat(b.cluster().statistics().lostEvents()).isZero();
    }

    @Test
    void aCloseIsRepeatedUntilTheMemberHasGone() {
        ClusterTown town = town(XyClusterSettings.of("town").withTailSize(0));
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        town.bus.fates((to, channel, frame) ->
                to.equals("b") && channel.contains(":n:") ? InMemoryBus.Fate.LOSE : InMemoryBus.Fate.DELIVER);
        a.member(peer).close(4401, "disabled");
        town.advance(3_000);
        assertThat(peer.got("close")).isEmpty();
        town.bus.fates((to, channel, frame) -> InMemoryBus.Fate.DELIVER);
        town.advance(6_000);
        assertThat(peer.got("close 4401 disabled")).hasSize(1);
        assertThat(a.knows(peer)).isFalse();
        long frames = town.frames.size();
        town.advance(3_000);
        assertThat(town.frames.size() - frames).as("heartbeats alone").isLessThanOrEqualTo(7);
    }

    @Test
    void aCallWhoseTimeIsOverIsNotPublished() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        town.bus.cut("a", true, false);
        a.endpoint.broadcaster().everybody().send("first", 1);
        town.advance(100);
        CompletableFuture<Integer> call =
                a.member(peer).withTimeout(Duration.ofSeconds(1)).call("order", null, Integer.class);
        CompletableFuture<Integer> waits =
                a.member(peer).withTimeout(Duration.ofSeconds(9)).call("waits", null, Integer.class);
        town.advance(1_500);
        assertStatus(call, 504);
        town.bus.heal("a");
        town.advance(1_000);
        assertThat(peer.got("c.order")).isEmpty();
        assertThat(waits).isNotDone();
        assertThat(peer.got("c.waits")).hasSize(1);
    }

    @Test
    void aLongOutageFillsNoMemoryAndTheDirectoryIsRightAfterIt() {
        ClusterTown town = town(XyClusterSettings.of("town").withPublishBufferSize(10_000));
        Node a = town.start("a");
        Node b = town.start("b");
        Client stays = a.connect();
        town.advance(100);
        town.bus.cut("a");
        town.advance(1_000);
        try (LogCapture log = new LogCapture(XyClusterSettings.class.getPackageName(), null)) {
            for (int i = 0; i < 5_000; i++) {
                Client passes = a.connect();
                a.endpoint.groups().join(passes.peer, "north");
                passes.vanish();
            }
            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .startsWith("Answers, notices and changes of members to other nodes are dropped: ");
        }
        Client last = a.connect();
        assertThat(a.endpoint.clusterStatistics().orElseThrow().queuedBytes()).isLessThan(100_000);
        town.advance(2_000);
        town.bus.heal("a");
        town.advance(6_000);
        assertThat(b.endpoint.presence().members()).containsExactlyInAnyOrder(stays.peer, last.peer);
        assertThat(a.endpoint.clusterStatistics().orElseThrow().queuedBytes()).isZero();
    }

    @Test
    void aSenderHearsThatThereIsNoRoomForAnEventToAMember() {
        ClusterTown town = town(XyClusterSettings.of("town").withPublishBufferSize(1_000));
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        XyMember member = a.member(peer);
        int sent = 0;
        while (sent < 100 && member.send("e", "x".repeat(100))) {
            sent++;
        }
        assertThat(sent).isLessThan(100);
        town.settle();
        assertThat(peer.got("e.e")).hasSize(sent);
        assertThat(a.endpoint.clusterStatistics().orElseThrow().droppedEvents()).isEqualTo(1);
        assertThat(member.send("e", 1)).isTrue();
        town.settle();
        assertThat(b.heard).contains("gap 1");
    }

    @Test
    void aBusThatThrowsAnErrorIsABusThatCantBeReached() {
        ClusterTown town = town();
        boolean[] broken = new boolean[1];
        XyBus line = town.bus.line("a");
        XyBus breaking = new XyBus() {
            @Override
            public void open(Set<String> channels, Receiver receiver) {
                line.open(channels, receiver);
            }

            @Override
            public void publish(String channel, byte[] frame) throws Exception {
                if (broken[0]) {
                    throw new NoClassDefFoundError("driver");
                }
                line.publish(channel, frame);
            }

            @Override
            public void renew() {
                throw new IllegalStateException("can't");
            }

            @Override
            public void close() {
                line.close();
                throw new IllegalStateException("can't");
            }
        };
        Node a = town.start("a", settings -> settings.cluster(town.settings, breaking));
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        broken[0] = true;
        try {
            a.endpoint.broadcaster().everybody().send("e", 1);
            town.settle();
        } catch (NoClassDefFoundError e) {
            // an executor would have ended its thread
        }
        town.advance(4_000);
        assertThat(a.heard).contains("cut off");
        broken[0] = false;
        town.advance(3_000);
        assertThat(peer.got("e.e")).hasSize(1);
        assertThat(a.heard).containsSubsequence("cut off", "connected");
        CompletableFuture<Integer> call = a.member(peer).call("f", null, Integer.class);
        a.endpoint.close();
        assertStatus(call, 503);
    }

    @Test
    void aFrameThatTheBusTookTooLongForIsPublishedAgain() {
        ClusterTown town = town(XyClusterSettings.of("town").withTailSize(0)); // nothing can be had again
        XyBus line = town.bus.line("a");
        boolean[] loses = new boolean[1];
        XyBus losing = new XyBus() {
            @Override
            public void open(Set<String> channels, Receiver receiver) {
                line.open(channels, receiver);
            }

            @Override
            public void publish(String channel, byte[] frame) throws Exception {
                if (loses[0]) {
                    loses[0] = false;
                    town.clock.advance(Duration.ofMillis(600)); // it finds another connection meanwhile
                    return;
                }
                line.publish(channel, frame);
            }

            @Override
            public void renew() {
                line.renew();
            }

            @Override
            public void close() {
                line.close();
            }
        };
        Node a = town.start("a", settings -> settings.cluster(town.settings, losing));
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        loses[0] = true;
        a.endpoint.broadcaster().everybody().send("e", 1);
        town.advance(2_000);
        assertThat(peer.got("e.e")).hasSize(1);
        assertThat(b.cluster().statistics().lostEvents()).isZero();
    }

    @Test
    void aNodeThatIsBackLosesNoOtherForItsOwnSilence() {
        ClusterTown town = town();
        Node b = town.start("b");
        town.advance(500); // so that their heartbeats take turns
        Node a = town.start("a");
        for (int offset = 0; offset < 1_000; offset += 50) { // from its heartbeat
            town.bus.cut("a");
            town.advance(10_000);
            town.bus.heal("a");
            town.advance(4_050);
        }
        assertThat(a.heard).filteredOn("cut off"::equals).hasSize(20);
        assertThat(a.heard).doesNotContain("node lost");
        assertThat(b.heard).filteredOn("node joined"::equals).hasSize(21);
    }

    // ---- order

    @Test
    void whatIsSentToAllAndToOneArrivesInItsOrder() {
        ClusterTown town = town();
        Node a = town.start("a");
        Client peer = town.start("b").connect();
        town.advance(100);
        XyMember member = a.member(peer);
        for (int i = 0; i < 30; i += 3) { // published together
            a.endpoint.broadcaster().everybody().send("e", i);
            member.send("e", i + 1);
            a.endpoint.broadcaster().everybody().send("e", i + 2);
        }
        town.settle();
        assertThat(peer.got("e.e")).hasSize(30);
        for (int i = 0; i < 30; i++) {
            assertThat(peer.got("e.e").get(i)).contains("\"p\":" + i + "}");
        }
    }

    @Test
    void whatIsSentToOneWaitsForWhatWasSentToAllBeforeAndWasLost() {
        ClusterTown town = town();
        Node a = town.start("a");
        Client peer = town.start("b").connect();
        town.advance(100);
        town.bus.fates((to, channel, frame) -> to.equals("b") ? InMemoryBus.Fate.LOSE : InMemoryBus.Fate.DELIVER);
        a.endpoint.broadcaster().everybody().send("e", 0);
        town.settle();
        town.bus.fates((to, channel, frame) -> InMemoryBus.Fate.DELIVER);
        a.member(peer).send("e", 1);
        town.settle();
        town.advance(2_000);
        assertThat(peer.got("e.e")).hasSize(2);
        assertThat(peer.got("e.e").get(0)).contains("\"p\":0}");
    }

    /** Loses the event "first" to node b, and all questions for missing frames. */
    private static InMemoryBus.Fate loseFirstForGood(String to, String channel, byte[] frame) {
        String text = new String(frame, StandardCharsets.UTF_8);
        boolean lost = text.contains("{\"k\":\"again\"") || (to.equals("b") && text.contains("\"n\":\"first\""));
        return lost ? InMemoryBus.Fate.LOSE : InMemoryBus.Fate.DELIVER;
    }

    @Test
    void whatIsMissingIsGivenUpAfterTheOutageIfNoNodeAnswers() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        town.bus.fates(ClusterFaultTests::loseFirstForGood);
        a.endpoint.broadcaster().everybody().send("first", 1);
        town.settle();
        a.endpoint.broadcaster().everybody().send("second", 2);
        town.advance(4_500);
        assertThat(peer.got("e.")).isEmpty();
        town.advance(1_000);
        assertThat(peer.got("e.")).hasSize(1).first().asString().contains("e.second");
        assertThat(b.heard).contains("gap 1").doesNotContain("node lost");
    }

    @Test
    void anEventToAMemberThatIsLostAndNotKeptIsCountedThoughNoneFollows() {
        ClusterTown town = town(XyClusterSettings.of("town").withTailSize(0));
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        town.bus.fates((to, channel, frame) ->
                to.equals("b") && new String(frame, StandardCharsets.UTF_8).contains("\"n\":\"first\"")
                        ? InMemoryBus.Fate.LOSE
                        : InMemoryBus.Fate.DELIVER);
        a.member(peer).send("first", 1);
        town.advance(3_000);
        assertThat(b.heard).contains("gap 1");
        assertThat(b.cluster().statistics().lostEvents()).isEqualTo(1);
        a.member(peer).send("second", 2);
        town.advance(1_000);
        assertThat(peer.got("e.")).hasSize(1).first().asString().contains("e.second");
        assertThat(b.heard).filteredOn(what -> what.startsWith("gap")).hasSize(1);
    }

    @Test
    void whatIsMissingIsGivenUpOnceTooMuchWaitsForIt() {
        ClusterTown town = town(XyClusterSettings.of("town").withInboxSize(5_000));
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        town.bus.fates(ClusterFaultTests::loseFirstForGood);
        a.endpoint.broadcaster().everybody().send("first", 1);
        town.settle();
        for (int i = 0; i < 40; i++) { // each frame has some 200 bytes
            a.endpoint.broadcaster().everybody().send("next", "x".repeat(100));
            town.settle();
        }
        assertThat(peer.got("e.next")).hasSize(40);
        assertThat(b.heard).contains("gap 1");
    }

    @Test
    void aListOfAllMembersStandsBetweenTheChangesThatItFollowsAndThoseThatFollowIt() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client before = a.connect();
        a.cluster().own.sendAllTo(b.id, Map::of);
        Client after = a.connect();
        town.settle();
        assertThat(b.endpoint.presence().members()).containsExactlyInAnyOrder(before.peer, after.peer);
        assertThat(b.heard).contains("up " + before.id(), "up " + after.id());
        assertThat(b.heard).doesNotContain("gone " + before.id(), "gone " + after.id());
    }

    // ---- calls

    @Test
    void aFullInboxRefusesCallsAndDropsEvents() {
        ClusterTown town = town(XyClusterSettings.of("town").withInboxSize(2_000));
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        XyMember member = a.member(peer);
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(member.call("f", "x".repeat(100), Integer.class));
            member.send("e", i);
            while (a.out.runOne(count -> 0)) {} // the other node's thread is busy
        }
        town.settle();
        peer.got("c.f").forEach(call -> peer.answer(call, "1"));
        town.settle();
        long refused = calls.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .count();
        assertThat(refused).isBetween(20L, 49L);
        calls.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(call -> assertStatus(call, 503));
        assertThat(calls).allMatch(CompletableFuture::isDone);
        assertThat(peer.got("c.f")).hasSize(50 - (int) refused);
        int got = peer.got("e.e").size();
        assertThat(b.endpoint.clusterStatistics().orElseThrow().lostEvents()).isEqualTo(50 - got);
    }

    @Test
    void aCallToManyIsRefusedByAFullInboxToo() {
        ClusterTown town = town(XyClusterSettings.of("town").withInboxSize(100));
        Node a = town.start("a");
        Node b = town.start("b");
        for (int i = 0; i < 5; i++) {
            var unused = b.connect();
        }
        town.advance(100);
        var answers = a.endpoint.broadcaster().everybody().call("f", "x", Integer.class);
        town.settle();
        assertThat(answers.all()).isCompleted();
        assertThat(answers.all().join())
                .hasSize(5)
                .allMatch(outcome -> outcome.error() != null && outcome.error().status() == 503);
    }

    @Test
    void nothingIsRetainedOfCallsHoweverTheyEnd() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        Client vanishes = b.connect();
        town.advance(100);
        XyMember member = a.member(peer);
        CompletableFuture<Integer> answered = member.call("f", 1, Integer.class);
        CompletableFuture<Integer> cancelled = member.call("g", 2, Integer.class);
        CompletableFuture<Integer> late =
                member.withTimeout(Duration.ofMillis(100)).call("h", 3, Integer.class);
        CompletableFuture<Integer> gone = a.member(vanishes).call("f", 4, Integer.class);
        town.settle();
        assertThat(b.cluster().statistics().servedCalls()).isEqualTo(4);
        peer.answer(peer.got("c.f").get(0), "1");
        cancelled.cancel(false);
        vanishes.vanish();
        town.advance(200);
        assertThat(answered).isCompletedWithValue(1);
        assertStatus(late, 504);
        assertStatus(gone, 503);
        assertThat(a.cluster().statistics().pendingCalls()).isZero();
        assertThat(b.cluster().statistics().servedCalls()).isZero();

        CompletableFuture<Integer> under =
                member.withTimeout(Duration.ofMinutes(1)).call("f", 5, Integer.class);
        town.settle();
        town.bus.cut("a");
        town.advance(10_000);
        assertStatus(under, 503);
        assertThat(a.cluster().statistics().pendingCalls()).isZero();
        assertThat(b.cluster().statistics().servedCalls()).isZero();
        assertThat(peer.got("cancel.f")).hasSize(1);
    }

    // ---- foreign code

    @Test
    void aListenerThatBlocksHoldsUpNoOtherNodesMessages() {
        ClusterTown town = town();
        Node a = town.start("a");
        Deque<Runnable> tasks = new ArrayDeque<>();
        List<String> threads = new ArrayList<>();
        Node b = town.start("b", settings -> settings.executor(tasks::add).presenceListener(new XyPresenceListener() {
            @Override
            public void joined(XyMember member, String group) {
                threads.add(tasks.isEmpty() ? "executor" : "cluster");
            }
        }));
        Client peer = b.connect();
        runAll(tasks);
        town.advance(100);
        CompletableFuture<Boolean> joined = a.endpoint.groups().join(peer.id(), "north");
        town.settle();
        assertThat(threads).as("told on the cluster's thread").isEmpty();
        runAll(tasks);
        town.settle();
        assertThat(joined).isCompletedWithValue(true);
        assertThat(threads).hasSize(1);
    }

    private static void runAll(Deque<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void anInterceptorRunsOnTheExecutorAndInOrder() {
        ClusterTown town = town(XyClusterSettings.of("town").withInboxSize(3_000));
        Node a = town.start("a");
        Deque<Runnable> tasks = new ArrayDeque<>();
        List<String> intercepted = new ArrayList<>();
        Node b = town.start("b", settings -> settings.executor(tasks::add).interceptor(new XyInterceptor() {
            @Override
            public boolean outgoingEvent(XyMessage event, Chain<Boolean> chain) throws Exception {
                intercepted.add(event.name());
                return chain.proceed(event);
            }
        }));
        Client peer = b.connect();
        runAll(tasks);
        town.advance(100);
        runAll(tasks);
        XyMember member = a.member(peer);
        a.endpoint.broadcaster().everybody().send("one", 1);
        member.send("two", 2);
        CompletableFuture<Integer> call = member.call("f", 3, Integer.class);
        a.endpoint.broadcaster().everybody().send("three", 3);
        town.settle();
        assertThat(intercepted).as("on the cluster's thread").isEmpty();
        assertThat(a.cluster().statistics().pendingCalls()).isEqualTo(1);
        runAll(tasks);
        assertThat(intercepted).containsExactly("one", "two", "three");
        peer.answer(peer.got("c.f").get(0), "7");
        runAll(tasks);
        town.settle();
        assertThat(call).isCompletedWithValue(7);
        assertThat(peer.wire.written())
                .extracting(frame -> frame.substring(6, 9))
                .containsExactly("e.o", "e.t", "c.f", "e.t");

        for (int i = 0; i < 100; i++) { // the interceptor is too slow
            a.endpoint.broadcaster().everybody().send("many", "x".repeat(100));
            town.settle();
        }
        CompletableFuture<Integer> refused = member.call("f", 3, Integer.class);
        town.settle();
        assertStatus(refused, 503);
        runAll(tasks);
        int got = peer.got("e.many").size();
        assertThat(got).as("each takes some 430 bytes").isBetween(5, 15);
        assertThat(b.cluster().statistics().lostEvents()).isEqualTo(100 - got);
    }

    @Test
    void aListenerOfAMemberReturnsBeforeTheNextOneIsTold() {
        ClusterTown town = town();
        Node a = town.start("a");
        Deque<Runnable> tasks = new ArrayDeque<>();
        List<String> told = new ArrayList<>();
        Client[] peer = new Client[1];
        Node b = town.start("b", settings -> settings.executor(tasks::add).presenceListener(new XyPresenceListener() {
            @Override
            public void memberConnected(XyMember member) {
                told.add("connected begins");
                peer[0].vanish();
                town.advance(1_000);
                runAll(tasks);
                told.add("connected ends");
            }

            @Override
            public void memberGone(XyMember member, int code) {
                told.add("gone");
            }
        }));
        runAll(tasks);
        peer[0] = a.connect();
        town.advance(100);
        runAll(tasks);
        assertThat(told).containsExactly("connected begins", "connected ends", "gone");
        assertThat(b.endpoint.presence().members()).isEmpty();
    }

    @Test
    void aUserWhoWasThereBeforeIsToldToHaveGone() {
        List<String> told = new ArrayList<>();
        Deque<Runnable> tasks = new ArrayDeque<>();
        Users users = new Users(
                new ManualClock(),
                Duration.ZERO,
                user -> false,
                tasks::add,
                user -> told.add(user + " online"),
                user -> told.add(user + " offline"));
        users.connected("ada");
        users.startNotifying();
        users.wasThere("ada");
        runAll(tasks);
        users.gone("ada", Duration.ZERO);
        users.gone("ada", Duration.ZERO);
        users.startNotifying();
        runAll(tasks);
        assertThat(told).containsExactly("ada offline");
    }

    // ---- the end

    @Test
    void afterTheEndNoTimerIsLeft() {
        ClusterTown town = town();
        Node a = town.start("a");
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        CompletableFuture<Integer> call = a.member(peer).call("f", null, Integer.class);
        town.settle();
        town.bus.cut("b");
        b.endpoint.broadcaster().everybody().send("e", 1); // is in doubt
        town.settle();
        a.endpoint.close();
        assertStatus(call, 503);
        peer.vanish();
        town.advance(1_100); // peers are checked no more
        b.endpoint.close();
        town.settle();
        assertThat(town.clock.size()).isZero();
        assertThatThrownBy(() ->
                        a.endpoint.presence().find(peer.id()).orElseThrow().await("f", null, Integer.class))
                .isInstanceOf(XyNotConnectedException.class);
    }
}
