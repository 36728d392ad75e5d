package io.xywebsocket.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xywebsocket.XyMember;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.cluster.XyClusterListener;
import io.xywebsocket.cluster.XyClusterStatistics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Nodes in the process of a test. */
class XyTestClusterTests {

    private static XyClusterStatistics of(XyTestCluster cluster, int node) {
        return cluster.node(node).clusterStatistics().orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        assertThat(RealTime.await(PeerGroup.ARRIVAL, condition)).isTrue();
    }

    @Test
    void membersOfOtherNodesAreFoundAndCalled() {
        try (XyTestCluster cluster = XyTestPeers.cluster(3)) {
            XyTestPeer courier = cluster.peers(1).connect();
            courier.onCall("confirm", String.class, question -> question.equals("Take it?"));
            cluster.advance(Duration.ofSeconds(1));

            for (int node : new int[] {0, 1, 2}) {
                XyMember member =
                        cluster.node(node).presence().find(courier.id()).orElseThrow();
                assertThat(member.await("confirm", "Take it?", Boolean.class)).isTrue();
            }
            cluster.node(2).broadcaster().broadcast("alarm", "north");
            assertThat(courier.awaitEvent("alarm", String.class)).isEqualTo("north");
        }
    }

    /** Two nodes, which note that one is lost or cut off. */
    private static XyTestCluster twoNodes(List<String> heard) {
        return XyTestPeers.cluster(
                2,
                settings -> settings.clusterListener(new XyClusterListener() {
                    @Override
                    public void lost(String node) {
                        heard.add("lost");
                    }

                    @Override
                    public void cutOff() {
                        heard.add("cut off");
                    }
                }));
    }

    @Test
    void aNodeThatIsCutOffIsLostAndComesBack() {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (XyTestCluster cluster = twoNodes(heard)) {
            XyTestPeer peer = cluster.peers(1).connect();
            cluster.advance(Duration.ofSeconds(1));
            XyMember member = cluster.node(0).presence().find(peer.id()).orElseThrow();
            CompletableFuture<String> call = member.call("never", null, String.class);

            cluster.cut(1);
            cluster.advance(Duration.ofSeconds(7));

            assertThat(cluster.node(0).presence().members()).isEmpty();
            assertThat(cluster.node(1).presence().members()).hasSize(1);
            await(() -> heard.contains("lost") && heard.contains("cut off"));
            await(call::isCompletedExceptionally);
            assertThatExceptionOfType(XyNotConnectedException.class)
                    .isThrownBy(() -> member.await("never", null, String.class));

            cluster.heal(1);
            cluster.advance(Duration.ofSeconds(5));
            assertThat(cluster.node(0).presence().find(peer.id())).isPresent();
        }
    }

    @Test
    void aNodeThatHearsNothingIsHeardAndMissesNothingOnceItHasRenewedItsSubscription() {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (XyTestCluster cluster = twoNodes(heard)) {
            XyTestPeer here = cluster.peers(0).connect();
            XyTestPeer there = cluster.peers(1).connect();
            cluster.advance(Duration.ofSeconds(1));

            cluster.silence(1);
            cluster.node(0).broadcaster().broadcast("number", 1);
            cluster.node(1).broadcaster().broadcast("alarm", "north");
            cluster.advance(Duration.ofSeconds(1));
            assertThat(here.awaitEvent("alarm", String.class)).isEqualTo("north");
            there.assertNoMore("number");
            assertThat(of(cluster, 1).connected()).isTrue();

            cluster.advance(Duration.ofSeconds(5));
            assertThat(there.awaitEvent("number", Integer.class)).isOne();
            await(() -> heard.equals(List.of("cut off")));
            assertThat(of(cluster, 1).connected()).isTrue();
            assertThat(of(cluster, 1).repairedFrames()).isPositive();
            assertThat(of(cluster, 1).lostEvents()).isZero();
        }
    }

    @Test
    void whatIsLostComesAgainAndWhatComesTwiceIsTakenOnce() {
        try (XyTestCluster cluster = XyTestPeers.cluster(2)) {
            XyTestPeer peer = cluster.peers(1).connect();
            cluster.advance(Duration.ofSeconds(1));
            for (int round = 0; round < 20; round++) {
                cluster.lose(1, round % 2);
                cluster.duplicate(1, 1);
                cluster.node(0).broadcaster().broadcast("number", round);
                cluster.advance(Duration.ofMillis(200));
            }
            cluster.advance(Duration.ofSeconds(3));
            for (int round = 0; round < 20; round++) {
                assertThat(peer.awaitEvent("number", Integer.class)).isEqualTo(round);
            }
            peer.assertNoMore("number");
            assertThat(of(cluster, 1).lostEvents()).isZero();
            assertThat(of(cluster, 1).duplicateFrames()).isPositive();
            assertThat(of(cluster, 1).repairedFrames()).isPositive();
        }
    }

    @Test
    void aKilledNodeIsGoneAndTheDelayOfFramesIsVirtual() {
        try (XyTestCluster cluster = XyTestPeers.cluster(3)) {
            XyTestPeer peer = cluster.peers(2).connect();
            cluster.delay(Duration.ofMillis(500));
            cluster.advance(Duration.ofSeconds(2));
            assertThat(cluster.node(0).presence().find(peer.id())).isPresent();

            cluster.kill(2);
            cluster.advance(Duration.ofSeconds(7));

            assertThat(of(cluster, 0).nodes()).isOne();
            assertThat(cluster.node(0).presence().members()).isEmpty();
        }
    }

    @Test
    void endsItsThreads() {
        XyTestPeers.cluster(2).close();
        await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("xy-test-cluster")));
    }
}
