package io.xywebsocket.engine;

import static io.xywebsocket.engine.ClusterTown.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyException;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.cluster.XyClusterStatistics;
import io.xywebsocket.engine.ClusterTown.Client;
import io.xywebsocket.engine.ClusterTown.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What nodes take of each other, and for how long it counts. All in virtual time. */
class ClusterLimitTests {

    private static final String LONGEST = "u".repeat(200);
    private static final String TOO_LONG = "u".repeat(201);

    private final ClusterTown town = new ClusterTown();
    private final Node a = town.start("a");

    @AfterEach
    void close() {
        town.close();
    }

    private static XyClusterStatistics statistics(Node node) {
        return node.endpoint.clusterStatistics().orElseThrow();
    }

    // ---- events to members

    @Test
    void anEventToAMemberOfAnotherNodeWaitsOutAnOutage() {
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        town.bus.cut("a");
        town.advance(4_500);
        assertThat(statistics(a).connected()).isFalse();

        assertThat(a.member(peer).send("note", 1)).isTrue();
        town.bus.heal("a");
        town.advance(2_000);
        assertThat(peer.got("e.note")).hasSize(1);
    }

    @Test
    void anEventToAMemberOfAnotherNodeIsCountedIfTheOutageIsTooLong() {
        Node b = town.start("b");
        Client peer = b.connect();
        town.advance(100);
        town.bus.cut("a");
        town.advance(4_500);
        assertThat(a.member(peer).send("note", 1)).isTrue();
        town.advance(6_000);
        town.bus.heal("a");
        town.advance(4_000);

        assertThat(peer.got("e.note")).isEmpty();
        assertThat(statistics(a).droppedEvents()).isEqualTo(1);
        assertThat(statistics(b).lostEvents()).isEqualTo(1);
        assertThat(b.heard).contains("gap 1");
    }

    // ---- names

    @Test
    void aUsersNameHasABound() {
        Client peer = a.connect();
        peer.peer.identify(() -> LONGEST);
        assertThatThrownBy(() -> peer.peer.identify(() -> TOO_LONG))
                .isInstanceOfSatisfying(
                        XyException.class, error -> assertThat(error.status()).isEqualTo(400))
                .hasMessage("A user's name has at most 200 characters, not 201");

        assertThat(peer.peer.user()).isEqualTo(LONGEST);
        assertThat(a.endpoint.presence().users()).containsExactly(LONGEST);
    }

    @Test
    void namesOfOtherNodesHaveTheSameBound() {
        town.publishToAll(frame("x", 1, "{\"k\":\"hb\",\"v\":3,\"age\":1}"));
        List<String> members = List.of(
                "{\"k\":\"is\",\"m\":\"m1\",\"u\":\"" + TOO_LONG + "\",\"t\":1}",
                "{\"k\":\"is\",\"m\":\"m2\",\"g\":[\"north\",\"" + TOO_LONG + "\"],\"t\":1}",
                "{\"k\":\"is\",\"m\":\"" + TOO_LONG + "\",\"t\":1}",
                "{\"k\":\"is\",\"m\":\"m4\",\"u\":\"" + LONGEST + "\",\"g\":[\"north\"],\"t\":1}");
        town.publish(a, frame("x", 1, "{\"k\":\"snap\",\"v\":3,\"size\":4}", String.join("\n", members)));
        assertThat(a.heard).contains("up m1", "up m4").doesNotContain("up m2");
        town.publishToAll(frame(
                "x",
                2,
                "{\"k\":\"up\",\"m\":\"m5\",\"u\":\"" + TOO_LONG + "\",\"t\":1}",
                "{\"k\":\"who\",\"m\":\"m4\",\"u\":\"" + TOO_LONG + "\"}",
                "{\"k\":\"jn\",\"m\":\"m4\",\"g\":\"" + TOO_LONG + "\"}",
                "{\"k\":\"hb\",\"v\":6,\"age\":1}"));

        assertThat(a.endpoint.presence().size()).isEqualTo(3);
        assertThat(a.endpoint.presence().users()).isEmpty(); // a name that is too long counts as none
        assertThat(a.endpoint.presence().groups()).containsExactly("north");
        assertThat(statistics(a).unknownMessages()).isEqualTo(3);
    }

    // ---- users who linger

    @Test
    void aNodeThatStartsKnowsTheUsersWhoLinger() {
        Client ada = a.connect();
        ada.peer.identify(() -> "ada");
        Client bob = a.connect();
        bob.peer.identify(() -> "bob");
        town.advance(1_100);
        Node late = new Node(town, "late", settings -> settings);
        town.nodes.add(late);
        ada.vanish();
        bob.vanish();
        town.advance(3_000);

        assertThat(late.endpoint.presence().isOnline("ada")).isTrue();
        assertThat(late.endpoint.presence().members()).isEmpty();
        Client again = a.connect();
        again.peer.identify(() -> "ada");
        town.advance(4_000);
        assertThat(late.endpoint.presence().isOnline("ada")).isTrue();
        assertThat(late.endpoint.presence().isOnline("bob")).isFalse();
        assertThat(late.heard).contains("bob offline").doesNotContain("ada online", "ada offline", "bob online");
        again.vanish();
        town.advance(6_000);
        assertThat(late.heard).containsOnlyOnce("ada offline");
    }

    @Test
    void aNodeThatStartsKnowsTheReturnWindowOfOneThatStops() {
        Client ada = a.connect();
        ada.peer.identify(() -> "ada");
        town.advance(1_100);
        a.cluster().announceStop(Duration.ofSeconds(30));
        town.settle(); // it is published before the late node listens
        Node late = new Node(town, "late", settings -> settings);
        town.nodes.add(late);
        town.advance(1_500);
        assertThat(late.knows(ada)).isTrue();
        ada.vanish();
        town.advance(10_000);
        assertThat(late.endpoint.presence().isOnline("ada")).isTrue();
        town.advance(30_000);
        assertThat(late.endpoint.presence().isOnline("ada")).isFalse();
    }

    @Test
    void whoLingersIsNoNewsOfANodeThatIsKnown() {
        town.publishToAll(frame("x", 1, "{\"k\":\"hb\",\"v\":0,\"age\":900000}"));
        town.publish(a, frame("x", 1, "{\"k\":\"snap\",\"v\":0,\"size\":0}", "{\"k\":\"lg\",\"u\":\"ada\",\"t\":500}"));
        assertThat(a.endpoint.presence().isOnline("ada")).isTrue();
        town.advance(1_000);
        assertThat(a.heard).containsOnlyOnce("ada offline");

        town.publish(a, frame("x", 2, "{\"k\":\"snap\",\"v\":0,\"size\":0}", "{\"k\":\"lg\",\"u\":\"bob\",\"t\":500}"));
        assertThat(a.endpoint.presence().isOnline("bob")).isFalse();
    }

    // ---- what others publish

    @Test
    void framesOfAnotherVersionAreIgnoredWithAWarning() {
        long foreign = statistics(a).foreignFrames();
        try (LogCapture log = new LogCapture("io.xywebsocket", null)) {
            for (int i = 1; i <= 5; i++) {
                town.publishToAll(
                        frame("x", i, "{\"k\":\"hb\",\"v\":0,\"age\":1}").replace("{\"xy\":1,", "{\"xy\":2,"));
            }
            assertThat(log.lines(Level.WARN))
                    .containsExactly(
                            "Node x of the cluster 'town' uses version 2 of the protocol between nodes, this node"
                                    + " version 1: ignored");
        }
        assertThat(statistics(a).foreignFrames()).isEqualTo(foreign + 5);
        assertThat(a.heard).doesNotContain("node joined");
    }

    @Test
    void framesOfAnotherApplicationAreIgnoredWithAWarning() {
        long foreign = statistics(a).foreignFrames();
        try (LogCapture log = new LogCapture("io.xywebsocket", null)) {
            for (int i = 1; i <= 5; i++) {
                town.publishToAll(
                        frame("x", i, "{\"k\":\"hb\",\"v\":0,\"age\":1}").replace("\"app\":\"\"", "\"app\":\"other\""));
            }
            assertThat(log.lines(Level.WARN))
                    .containsExactly(
                            "Node x has the cluster's name 'town', but is of another application (other instead"
                                    + " of ): ignored");
        }
        assertThat(statistics(a).foreignFrames()).isEqualTo(foreign + 5);
        assertThat(a.heard).doesNotContain("node joined");
    }

    @Test
    void whatTheVersionGainsIsIgnored() {
        town.publishToAll(frame(
                        "x",
                        1,
                        "{\"k\":\"hb\",\"v\":0,\"age\":1,\"more\":{\"a\":[1]}}",
                        "{\"k\":\"later\"}",
                        "{\"k\":\"snap\",\"v\":0,\"size\":0}")
                .replace("{\"xy\":1,", "{\"xy\":1,\"more\":{\"a\":[1]},"));

        assertThat(a.heard).contains("node joined");
        assertThat(statistics(a).unknownMessages()).isEqualTo(1);
    }

    @Test
    void aFloodOfQuestionsForTheDirectoryIsAnsweredTwiceASecond() {
        for (int i = 0; i < 50; i++) {
            a.connect();
        }
        town.advance(1_100);
        List<String> answers = new ArrayList<>();
        town.bus.fates((to, channel, bytes) -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (text.contains("\"k\":\"snap\"")) {
                answers.add(text);
            }
            return InMemoryBus.Fate.DELIVER;
        });
        town.publishToAll(frame("x", 1, "{\"k\":\"hb\",\"v\":0,\"age\":1}"));
        XyBus x = town.bus.line("x");
        x.open(Set.of("xy:{town}:n:x"), (channel, bytes) -> {});
        for (int i = 1; i <= 200; i++) {
            town.publish(a, frame("x", i, "{\"k\":\"sync\"}"));
        }
        assertThat(answers).hasSize(1);
        town.advance(500);
        town.publish(a, frame("x", 201, "{\"k\":\"sync\"}"));
        assertThat(answers).hasSize(2);
    }
}
