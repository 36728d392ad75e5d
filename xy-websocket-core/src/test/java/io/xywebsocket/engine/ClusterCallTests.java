package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xywebsocket.XyCallTimeoutException;
import io.xywebsocket.XyMember;
import io.xywebsocket.XyNotConnectedException;
import io.xywebsocket.cluster.InMemoryBus;
import io.xywebsocket.cluster.XyBus;
import io.xywebsocket.engine.ClusterTown.Client;
import io.xywebsocket.engine.ClusterTown.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls to members of other nodes that have no chance, or no end. All in virtual time. */
class ClusterCallTests {

    private final ClusterTown town = new ClusterTown();

    @AfterEach
    void close() {
        town.close();
    }

    private static void assertUnavailable(CompletableFuture<?> call) {
        assertThat(call).isCompletedExceptionally();
        assertThatThrownBy(call::join).hasCauseInstanceOf(XyNotConnectedException.class);
    }

    @Test
    void aCallToAMemberThatHasGoneAsksNoNode() {
        Node a = town.start("a");
        Client peer = town.start("b").connect();
        town.advance(1_100);
        XyMember member = a.member(peer);
        peer.vanish();
        town.settle();
        AtomicInteger frames = new AtomicInteger();
        town.bus.fates((to, channel, frame) -> {
            frames.incrementAndGet();
            return InMemoryBus.Fate.DELIVER;
        });
        assertUnavailable(member.call("f", 1, Integer.class));
        assertUnavailable(member.withTimeout(Duration.ofMinutes(1)).call("f", 1, Integer.class));
        assertThatThrownBy(() -> member.await("f", 1, Integer.class)).isInstanceOf(XyNotConnectedException.class);
        town.settle();
        assertThat(frames).hasValue(0);
        assertThat(a.cluster().statistics().pendingCalls()).isZero();
    }

    /** A bus that lets a test do something while a frame is under way. */
    private final class Slow implements XyBus {
        private final XyBus line = town.bus.line("a");
        Runnable meanwhile = () -> {};

        @Override
        public void open(Set<String> channels, Receiver receiver) {
            line.open(channels, receiver);
        }

        @Override
        public void publish(String channel, byte[] frame) throws Exception {
            Runnable once = meanwhile;
            meanwhile = () -> {};
            once.run();
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
    }

    @Test
    void callsFailAtOnceWhileAFrameHasBeenUnderWayForASecond() {
        Slow bus = new Slow();
        Node a = town.start("a", settings -> settings.cluster(town.settings, bus));
        Client peer = town.start("b").connect();
        town.advance(1_100);
        XyMember member = a.member(peer);
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        bus.meanwhile = () -> {
            town.clock.advance(Duration.ofMillis(900));
            calls.add(member.call("early", 1, Integer.class));
            assertThat(calls.get(0)).isNotDone();
            town.clock.advance(Duration.ofMillis(200));
            calls.add(member.call("late", 1, Integer.class));
            assertUnavailable(calls.get(1));
            assertThatThrownBy(() -> member.await("late", 1, Integer.class))
                    .isInstanceOf(XyNotConnectedException.class);
            assertThat(member.send("event", 1)).isTrue();
        };
        a.endpoint.broadcaster().broadcast("slow", 1);
        town.settle();
        assertThat(calls).hasSize(2);
        town.advance(2_000);
        peer.answer(peer.got("c.early").get(0), "7");
        town.settle();
        assertThat(calls.get(0)).isCompletedWithValue(7);
        assertThat(peer.got("c.late")).isEmpty();
        assertThat(peer.got("e.event")).hasSize(1);
        CompletableFuture<Integer> later = member.call("later", 1, Integer.class);
        town.settle();
        peer.answer(peer.got("c.later").get(0), "8");
        town.settle();
        assertThat(later).isCompletedWithValue(8);
    }

    // ---- circles

    /** Lets a node's function call a member of the other one. */
    private static void goOn(Node node, Client next, List<CompletableFuture<Integer>> calls) {
        node.endpoint.handlers().register("go", (function, payload, peer) -> {
            CompletableFuture<Integer> call = node.member(next).call("go", 1, Integer.class);
            calls.add(call);
            return call;
        });
    }

    private static int ttl(String call) {
        return Integer.parseInt(call.replaceAll(".*\"ttl\":(\\d+).*", "$1"));
    }

    @Test
    void nodesThatCallEachOtherInCirclesEndWith504AndRetainNothing() {
        Node a = town.start("a");
        Node b = town.start("b");
        Client here = a.connect();
        Client there = b.connect();
        town.advance(1_100);
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        goOn(a, there, calls);
        goOn(b, here, calls);
        CompletableFuture<Integer> first =
                b.member(here).withTimeout(Duration.ofSeconds(1)).call("go", 1, Integer.class);
        int left = 1_000;
        Set<String> seen = new HashSet<>();
        for (int round = 0; round < 300; round++) {
            town.advance(10);
            for (Client client : List.of(here, there)) { // each calls its own node, for as long as it is waited for
                for (String call : client.got("\"c.go\"")) {
                    if (seen.add(client.id() + call)) {
                        assertThat(ttl(call)).isLessThan(left);
                        left = ttl(call);
                        String next = WithEndpoints.deadlines("go", "1", "\"" + seen.size() + "\"", left);
                        WithEndpoints.text(client.peer.connection, next);
                    }
                }
            }
        }
        assertThat(first).isCompletedExceptionally();
        assertThatThrownBy(first::join).hasCauseInstanceOf(XyCallTimeoutException.class);
        assertThat(calls).hasSizeBetween(10, 101).allMatch(CompletableFuture::isCompletedExceptionally);
        for (Node node : town.nodes) {
            assertThat(node.cluster().statistics().pendingCalls()).isZero();
            assertThat(node.cluster().statistics().servedCalls()).isZero();
            assertThat(node.endpoint.statistics().pendingCalls()).isZero();
        }
    }
}
