package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPeer;
import io.xywebsocket.transport.InMemoryTransport;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Much at once, and deep; two real endpoints where both ends matter. */
class LoadTests extends WithEndpoints {

    private final CountDownLatch release = new CountDownLatch(1);

    /** Connects two endpoints; returns the second as the first sees it. */
    private XyPeer connect(XyEndpoint first, XyEndpoint second) {
        XyHandshake handshake = XyHandshake.builder(URI.create("/ws")).build();
        InMemoryTransport wire = InMemoryTransport.pair();
        Transport.Receiver receiver = first.open(wire, handshake, Map.of());
        wire.other().start(second.open(wire.other(), handshake, Map.of()));
        wire.start(receiver);
        closing(wire::abort);
        return ((Connection) receiver).peer;
    }

    /** Calls back its caller until the depth is used up. */
    private static void offersRecursion(XyEndpoint endpoint) {
        endpoint.handlers()
                .register(
                        "down",
                        Integer.class,
                        (depth, peer) -> depth == 0 ? 0 : 1 + peer.await("down", depth - 1, Integer.class));
    }

    @Test
    void aThousandCallsAtOnceEachGetTheirOwnAnswer() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("twice", Integer.class, i -> {
            if (i % 50 == 0) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            return i % 3 == 0 ? CompletableFuture.supplyAsync(() -> 2 * i) : 2 * i;
        });
        RawPeer peer = connect(endpoint, 1 << 20);
        for (int i = 0; i < 1000; i++) {
            peer.send(call("twice", "" + i, "\"id" + i + "\""));
        }
        await().until(() -> peer.received() == 1000);
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            expected.add(resolved("twice", "\"id" + i + "\"", "" + 2 * i));
        }
        assertThat(Set.copyOf(peer.frames())).isEqualTo(expected);
        assertThat(endpoint.statistics().refusedCalls()).isZero();
    }

    @Test
    void aThousandCallsOfOursEachGetTheirOwnAnswer() throws Exception {
        XyEndpoint first = endpoint();
        XyEndpoint second = endpoint();
        second.handlers().register("twice", Integer.class, i -> 2 * i);
        XyPeer peer = connect(first, second);
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            answers.add(peer.call("twice", i, Integer.class));
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(2 * i);
        }
    }

    @Test
    void fiveThousandEventsArriveInOrder() {
        XyEndpoint first = endpoint();
        XyEndpoint second = endpoint();
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        second.handlers().on("e", Integer.class, i -> heard.add(i));
        XyPeer peer = connect(first, second);
        for (int i = 0; i < 5000; i++) {
            assertThat(peer.send("e", i)).isTrue();
        }
        await().until(() -> heard.size() == 5000);
        assertThat(heard).isEqualTo(IntStream.range(0, 5000).boxed().toList());
    }

    @Test
    void aHandlerCallsItsCallerTwoHundredDeep() {
        XyEndpoint first = endpoint();
        XyEndpoint second = endpoint();
        offersRecursion(first);
        offersRecursion(second);
        assertThat(connect(first, second).<Integer>await("down", 200, Integer.class))
                .isEqualTo(200);
    }

    @Test
    void aListenerCallsItsSenderTwoHundredDeep() throws Exception {
        XyEndpoint first = endpoint();
        XyEndpoint second = endpoint();
        offersRecursion(first);
        offersRecursion(second);
        CompletableFuture<Integer> depth = new CompletableFuture<>();
        second.handlers().on("go", (name, payload, peer) -> depth.complete(peer.await("down", 200, Integer.class)));
        connect(first, second).send("go");
        assertThat(depth.get(10, TimeUnit.SECONDS)).isEqualTo(200);
    }

    @Test
    void aHandlerCallsItsCallerTwoHundredDeepWhileTheFirstThreadsBlock() {
        XyEndpoint first = endpoint();
        XyEndpoint second = endpoint();
        for (XyEndpoint endpoint : List.of(first, second)) {
            offersRecursion(endpoint);
            endpoint.handlers().register("hang", (name, payload, peer) -> {
                release.await();
                return 1;
            });
            RawPeer other = connect(endpoint);
            for (int i = 0; i < 8; i++) {
                other.send(call("hang", "1"));
            }
        }
        XyPeer peer = connect(first, second);
        for (int i = 0; i < 8; i++) {
            peer.call("hang", Void.class);
        }
        assertThat(peer.<Integer>await("down", 200, Integer.class)).isEqualTo(200);
        release.countDown();
    }

    @Test
    void aBlockingCallInAHundredHoldsUpNoOther() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("f", Integer.class, i -> {
            if (i % 100 == 0) {
                release.await();
            }
            return i;
        });
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            peers.add(connect(endpoint));
        }
        long start = System.nanoTime();
        for (int i = 0; i < 2000; i++) {
            peers.get(i % 10).send(call("f", "" + i, "1"));
        }
        await().until(() -> peers.stream().mapToInt(RawPeer::received).sum() == 1980);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        release.countDown();
        await().until(() -> peers.stream().mapToInt(RawPeer::received).sum() == 2000);
    }
}
