package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.xywebsocket.XyException;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyOutcome;
import io.xywebsocket.cluster.XyClusterSettings;
import io.xywebsocket.cluster.XyClusterStatistics;
import io.xywebsocket.engine.ClusterTown.Client;
import io.xywebsocket.engine.ClusterTown.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Payloads that are larger than a node may publish or take, and a node that takes nothing. All in virtual time. */
class ClusterSizeTests {

    /** Answers have room for four times as much. */
    private static final int PUBLISH_BUFFER = 4_000;

    private static final int INBOX = 20_000;

    private final ClusterTown town = new ClusterTown(
            XyClusterSettings.of("town").withPublishBufferSize(PUBLISH_BUFFER).withInboxSize(INBOX));
    private final Node a = town.start("a");
    private final Node b = town.start("b");
    private final Client peer = b.connect();

    @BeforeEach
    void know() {
        town.advance(100);
    }

    @AfterEach
    void close() {
        town.close();
    }

    private static XyClusterStatistics statistics(Node node) {
        return node.endpoint.clusterStatistics().orElseThrow();
    }

    private static void assertStatus(CompletableFuture<?> call, int status, String words) {
        assertThat(call).isDone();
        assertThatThrownBy(call::join)
                .cause()
                .isInstanceOfSatisfying(
                        XyException.class, e -> assertThat(e.status()).isEqualTo(status))
                .hasMessageContaining(words);
    }

    /** What is in order still answers. */
    private void assertGoesOn() {
        CompletableFuture<Integer> call = a.member(peer).call("small", null, Integer.class);
        town.settle();
        peer.got("c.small").forEach(each -> peer.answer(each, "1"));
        town.settle();
        assertThat(call).isCompletedWithValue(1);
    }

    @Test
    void anEventThatIsLargerThanThePublishBufferIsCountedAndSaidToBe() {
        try (LogCapture log = new LogCapture(XyClusterSettings.class.getPackageName(), null)) {
            Client here = a.connect();
            town.settle();
            a.endpoint.broadcaster().broadcast("large", "x".repeat(PUBLISH_BUFFER));
            assertThat(a.member(peer).send("large", "x".repeat(PUBLISH_BUFFER))).isFalse();
            a.endpoint.broadcaster().broadcast("small", 1);
            town.settle();

            assertThat(here.got("e.large")).hasSize(1);
            assertThat(peer.got("e.large")).isEmpty();
            assertThat(peer.got("e.small")).hasSize(1);
            assertThat(statistics(a).droppedEvents()).isEqualTo(2);
            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("0 bytes wait", "one has more bytes than may wait, see cluster.publish-buffer-size");
        }
        town.advance(2_000); // the heartbeat says so of those to one node
        a.member(peer).send("small", 2);
        town.settle();
        assertThat(statistics(b).lostEvents()).isEqualTo(2);
        assertGoesOn();
    }

    @Test
    void latestEventsThatGrowHaveABoundToo() {
        XyMember member = a.member(peer);
        int keys = 40;
        for (int i = 0; i < keys; i++) {
            assertThat(member.sendLatest("e", "key" + i, i)).isTrue();
        }
        for (int i = 0; i < keys; i++) {
            var unused = member.sendLatest("e", "key" + i, "x".repeat(PUBLISH_BUFFER / 4) + i);
        }
        assertThat(statistics(a).queuedBytes()).isBetween((long) PUBLISH_BUFFER, 2L * PUBLISH_BUFFER);
        long dropped = statistics(a).droppedEvents();
        assertThat(dropped).isBetween(keys / 2L, keys - 1L);
        town.settle();
        assertThat(peer.got("e.e")).as("rather none than a former value").hasSize(keys - (int) dropped);
        assertThat(peer.got("xxx")).hasSize(keys - (int) dropped);
        member.send("e", 1);
        town.settle();
        assertThat(statistics(b).lostEvents()).isEqualTo(dropped);
    }

    @Test
    void aCallThatIsLargerThanThePublishBufferIsRefusedAtOnce() {
        String large = "x".repeat(PUBLISH_BUFFER);
        XyMember member = a.member(peer);
        assertStatus(member.call("f", large, Integer.class), 413, "larger than cluster.publish-buffer-size");
        assertThatThrownBy(() -> member.await("f", large, Integer.class))
                .isInstanceOfSatisfying(
                        XyException.class, e -> assertThat(e.status()).isEqualTo(413));
        List<XyOutcome<Integer>> outcomes = a.endpoint
                .broadcaster()
                .everybody()
                .call("f", large, Integer.class)
                .all()
                .join();
        assertThat(outcomes).singleElement().satisfies(outcome -> assertThat(outcome.error())
                .hasMessageContaining("larger than cluster.publish-buffer-size"));
        assertThat(statistics(a).pendingCalls()).isZero();
        assertThat(peer.got("c.f")).isEmpty();
        assertGoesOn();
    }

    @Test
    void aCallerHearsOfAnAnswerThatIsLargerThanItsNodeMayPublish() {
        CompletableFuture<String> call = a.member(peer).call("f", null, String.class);
        CompletableFuture<String> fits = a.member(peer).call("fits", null, String.class);
        town.settle();
        peer.answer(peer.got("c.f\"").get(0), '"' + "x".repeat(4 * PUBLISH_BUFFER) + '"');
        String most = "x".repeat(4 * PUBLISH_BUFFER - 500);
        peer.answer(peer.got("c.fits").get(0), '"' + most + '"');
        town.settle();
        assertStatus(call, 413, "'f' has run, but its answer is too large");
        assertThat(fits).isCompletedWithValue(most);
        assertGoesOn();
    }

    @Test
    void aCallerHearsOfAnAnswerForWhichThereIsNoRoomNow() {
        List<CompletableFuture<String>> calls = IntStream.range(0, 3)
                .mapToObj(i -> a.member(peer).call("f", null, String.class))
                .toList();
        town.settle();
        peer.got("c.f").forEach(each -> peer.answer(each, '"' + "x".repeat(2 * PUBLISH_BUFFER - 200) + '"'));
        town.settle();
        assertThat(calls.get(0)).isCompleted();
        assertThat(calls.get(1)).isCompleted();
        assertStatus(calls.get(2), 503, "'f' has run, but its answer could not be sent");
        assertGoesOn();
    }

    @Test
    void aCallerHearsOfAnErrorThatIsLargerThanItsNodeMayPublish() {
        CompletableFuture<String> call = a.member(peer).call("f", null, String.class);
        town.settle();
        peer.reject(peer.got("c.f").get(0), "x".repeat(100_000));
        town.settle();
        assertStatus(call, 413, "'f' has failed, but its error is too large");
        assertGoesOn();
    }

    @Test
    void aShortAnswerForWhichThereIsNoRoomIsReplacedByARejection() {
        int many = 400;
        List<CompletableFuture<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            calls.add(a.member(peer).call("f", null, Boolean.class));
            town.settle();
        }
        peer.got("c.f").forEach(each -> peer.answer(each, "true"));
        town.settle();
        long refused = calls.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .count();
        assertThat(refused).isBetween(20L, many - 20L);
        calls.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .forEach(call -> assertStatus(call, 503, "'f' has run, but its answer could not be sent"));
        assertThat(calls).allMatch(CompletableFuture::isDone);
        assertGoesOn();
    }

    @Test
    void othersGoOnBesideANodeThatTakesNothing() {
        Node c = town.start("c");
        Client other = c.connect();
        Client here = a.connect();
        town.advance(100);
        b.standsStill = true;
        List<CompletableFuture<Integer>> stuck = new ArrayList<>();
        int said = 200;
        for (int i = 0; i < said; i++) {
            CompletableFuture<Integer> there = a.member(other).call("f", i, Integer.class);
            CompletableFuture<Integer> back = c.member(here).call("f", i, Integer.class);
            stuck.add(a.member(peer).call("g", i, Integer.class));
            a.endpoint.broadcaster().broadcast("n", "x".repeat(100) + i);
            town.settle();
            other.answer(other.got("c.f").get(i), "1");
            here.answer(here.got("c.f").get(i), "2");
            town.settle();
            assertThat(there).isCompletedWithValue(1);
            assertThat(back).isCompletedWithValue(2);
            assertThat(other.got("e.n")).hasSize(i + 1);
        }
        assertThat(peer.got("e.n")).isEmpty();
        long refused = stuck.stream().filter(CompletableFuture::isDone).count();
        assertThat(refused).isBetween(20L, said - 20L);
        stuck.stream().filter(CompletableFuture::isDone).forEach(call -> assertStatus(call, 503, "Too busy"));

        b.standsStill = false;
        town.settle();
        peer.got("c.g").forEach(each -> peer.answer(each, "3"));
        town.settle();
        assertThat(stuck.stream().filter(call -> !call.isCompletedExceptionally()))
                .hasSize((int) (said - refused))
                .allMatch(call -> call.join() == 3);
        List<String> got = peer.got("e.n");
        assertThat(got).isNotEmpty().hasSizeLessThan(said - 20).doesNotHaveDuplicates();
        assertThat(other.got("e.n")).containsSubsequence(got);
        assertThat(statistics(b).lostEvents()).isEqualTo(said - got.size());
        int told = b.heard.stream()
                .filter(notice -> notice.startsWith("gap "))
                .mapToInt(notice -> Integer.parseInt(notice.substring(4)))
                .sum();
        assertThat(told).isEqualTo(said - got.size());
        assertGoesOn();
    }
}
