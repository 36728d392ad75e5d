package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPresenceListener;
import io.xywebsocket.engine.ClusterTown.Client;
import io.xywebsocket.engine.ClusterTown.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What listeners of one node hear of the members of another. All in virtual time. */
class ClusterPresenceTests {

    private final List<ClusterTown> towns = new ArrayList<>();
    private final ClusterTown town = town();
    private final Node a = town.start("a");

    private ClusterTown town() {
        ClusterTown another = new ClusterTown();
        towns.add(another);
        return another;
    }

    @AfterEach
    void close() {
        towns.forEach(ClusterTown::close);
    }

    private static void runAll(Deque<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private void toggle(Client client, String group, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(a.endpoint.groups().join(client.peer, group)).isTrue();
            town.settle();
            assertThat(a.endpoint.groups().leave(client.peer, group)).isTrue();
            town.settle();
        }
    }

    // ---- groups

    @Test
    void theGroupsOfAMemberThatHasGoneAreEmptyAtEveryNode() {
        List<String> told = new ArrayList<>();
        XyPresenceListener listener = new XyPresenceListener() {
            @Override
            public void joined(XyMember member, String group) {
                told.add(group + " of " + member.groups());
            }

            @Override
            public void memberGone(XyMember member, int code) {
                told.add(code + " " + member.user() + " " + member.groups());
            }
        };
        Node b = town.start("b", settings -> settings.presenceListener(listener));
        Node c = town.start("c", settings -> settings.presenceListener(listener));
        Client peer = b.connect();
        peer.peer.identify(() -> "ada");
        b.endpoint.groups().join(peer.peer, "north");
        town.settle();
        assertThat(told).containsExactly("north of [north]", "north of [north]");
        XyMember kept = c.member(peer);
        told.clear();
        peer.vanish();
        town.settle();
        assertThat(told).containsExactly("1006 ada []", "1006 ada []");
        assertThat(kept.groups()).isEmpty();
        assertThat(c.endpoint.presence().groups()).isEmpty();
    }

    @Test
    void whoeverKeptAMemberSeesItsGroupsAgainOnceItsNodeHasComeBack() {
        Node b = town.start("b");
        Client peer = a.connect();
        a.endpoint.groups().join(peer.peer, "north");
        town.settle();
        XyMember kept = b.member(peer);
        town.bus.cut("a");
        town.advance(7_000);
        assertThat(b.knows(peer)).isFalse();
        assertThat(kept.groups()).isEmpty();
        peer.peer.identify(() -> "ada");
        town.bus.heal("a");
        town.advance(5_000);
        assertThat(kept.groups()).containsExactly("north");
        assertThat(kept.user()).isEqualTo("ada");
    }

    // ---- listeners that block

    @Test
    void aPeerThatGoesInAndOutMakesNothingGrowElsewhereWhileNoListenerRuns() {
        Deque<Runnable> tasks = new ArrayDeque<>();
        Node b = town.start("b", settings -> settings.executor(tasks::add));
        runAll(tasks);
        b.heard.clear();
        Client peer = a.connect();
        Client other = a.connect();
        a.endpoint.groups().join(peer.peer, "north");
        a.endpoint.groups().join(peer.peer, "west");
        toggle(peer, "south", 1_000);
        a.endpoint.groups().leave(peer.peer, "west");
        other.vanish();
        town.settle();
        assertThat(b.heard).isEmpty();
        runAll(tasks);
        assertThat(b.heard)
                .containsExactlyInAnyOrder(
                        "up " + peer.id(), "joined north " + peer.id(), "up " + other.id(), "gone " + other.id())
                .containsSubsequence("up " + peer.id(), "joined north " + peer.id())
                .containsSubsequence("up " + other.id(), "gone " + other.id());
    }

    /** A node that is told of members while it tells a listener of one. */
    private final class Busy implements XyPresenceListener {
        final List<String> told = new ArrayList<>();
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private Runnable meanwhile = () -> {};

        final Node node =
                town.start("b", settings -> settings.executor(tasks::add).presenceListener(this));

        /** Lets something happen while the listener is told of the next group that is joined. */
        void when(Runnable happens) {
            meanwhile = happens;
            runAll(tasks);
        }

        @Override
        public void joined(XyMember member, String group) {
            told.add("joined " + group);
            Runnable happens = meanwhile;
            meanwhile = () -> {};
            happens.run();
            told.add("returned");
        }

        @Override
        public void left(XyMember member, String group) {
            told.add("left " + group);
        }

        @Override
        public void memberConnected(XyMember member) {
            told.add("up");
        }

        @Override
        public void memberGone(XyMember member, int code) {
            told.add("gone");
        }
    }

    @Test
    void aPeerThatGoesInAndOutMakesNothingGrowElsewhereWhileAListenerBlocks() {
        Busy b = new Busy();
        Client peer = a.connect();
        a.endpoint.groups().join(peer.peer, "north");
        town.settle();
        b.when(() -> {
            a.endpoint.groups().leave(peer.peer, "north");
            toggle(peer, "south", 1_000);
            peer.vanish();
            town.settle();
            runAll(b.tasks);
        });
        assertThat(b.told).containsExactly("up", "joined north", "returned", "left north", "gone");
    }

    @Test
    void aMemberThatComesBackWithItsNodeWhileAListenerBlocksHasGoneBefore() {
        Busy b = new Busy();
        Client peer = a.connect();
        a.endpoint.groups().join(peer.peer, "north");
        town.settle();
        b.when(() -> {
            town.bus.cut("a");
            town.advance(7_000);
            assertThat(b.node.knows(peer)).isFalse();
            town.bus.heal("a");
            town.advance(5_000);
            assertThat(b.node.knows(peer)).isTrue();
        });
        assertThat(b.told).containsExactly("up", "joined north", "returned", "gone", "up", "joined north", "returned");
    }

    @Test
    void aMemberWhoseGroupsChangeAllTheTimeHoldsUpNoOther() {
        Busy b = new Busy();
        Client restless = a.connect();
        a.endpoint.groups().join(restless.peer, "north");
        town.settle();
        b.when(() -> {
            for (int i = 0; i < 20; i++) {
                a.endpoint.groups().join(restless.peer, "g" + i);
            }
            Client other = a.connect();
            town.settle();
            other.vanish();
            town.settle();
        });
        assertThat(b.told.indexOf("gone")).isLessThan(b.told.indexOf("joined g5"));
        assertThat(b.told).endsWith("joined g19", "returned");
    }

    // ---- nodes that die

    @Test
    void theMembersOfANodeThatDiesAreGoneAfterTheNodeTimeoutAndOneHeartbeat() {
        for (int phase : List.of(0, 50, 350, 950)) { // of one node's heartbeats among the other's
            for (int moment : List.of(0, 50, 500, 950)) {
                ClusterTown another = town();
                Node stays = another.start("stays");
                another.advance(phase);
                Node dies = another.start("dies");
                Client peer = dies.connect();
                another.advance(1_000 + moment);
                assertThat(stays.knows(peer)).isTrue();
                another.bus.cut("dies");
                another.advance(3_950);
                assertThat(stays.knows(peer)).as("%d, %d", phase, moment).isTrue();
                another.advance(2_050);
                assertThat(stays.knows(peer)).as("%d, %d", phase, moment).isFalse();
                assertThat(stays.heard).contains("node lost", "gone " + peer.id());
            }
        }
    }

    // ---- users who are disabled

    @Test
    void aPeerThatAnotherNodeLetsInWhileItsUserIsDisabledIsClosedOnceItIsKnown() {
        Set<String> disabled = new HashSet<>();
        Node b = town.start(
                "b",
                settings -> settings.presenceListener(new XyPresenceListener() {
                    @Override
                    public void memberConnected(XyMember member) {
                        if (disabled.contains(member.user())) {
                            member.close(4401, "disabled");
                        }
                    }
                }));
        Node c = town.start(
                "c",
                settings -> settings.connectionListener(new XyConnectionListener() {
                    @Override
                    public void connected(XyPeer peer) {
                        peer.identify(() -> "ada");
                        disabled.add("ada");
                        b.endpoint.presence().ofUser("ada").forEach(member -> member.close(4401, "missed"));
                        town.settle();
                    }

                    @Override
                    public void disconnected(XyPeer peer, int code, String reason) {}
                }));
        Client peer = c.connect();
        town.settle();
        assertThat(peer.got("close")).containsExactly("close 4401 disabled");
    }
}
