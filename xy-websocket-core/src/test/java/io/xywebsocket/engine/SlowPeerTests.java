package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.transport.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Peers that don't read, or send more than is handled: the bounds hold, and nobody else notices. */
class SlowPeerTests extends WithEndpoints {

    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void aPeerThatDoesNotReadIsDroppedWhenItsBufferIsFullAndOthersGoOn() {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        XyEndpoint endpoint = endpoint(
                settings -> settings.limits(sendBuffer(10_000)).connectionListener(new BadInputTests.Told(told)));
        RawPeer slow = connect(endpoint, 1000);
        RawPeer quick = connect(endpoint);
        slow.stopReading();
        String text = "x".repeat(500);
        int sent = 0;
        while (slow.peer().send("e", text)) {
            assertThat(quick.peer().send("e", text)).isTrue();
            quick.next();
            sent++;
        }
        assertThat(sent).isBetween(10, 40);
        assertThat(slow.awaitClosed().code()).isEqualTo(1006);
        quick.assertAlive();
        assertThat(endpoint.statistics().droppedPeers()).isEqualTo(1);
        await().until(() -> told.contains("disconnected 1006 too slow: send buffer full"));
    }

    @Test
    void aSingleMessageLargerThanTheBufferIsSentWhenNothingElseWaits() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(sendBuffer(100)));
        RawPeer peer = connect(endpoint);
        assertThat(peer.peer().send("e", "x".repeat(5000))).isTrue();
        assertThat(peer.next()).hasSizeGreaterThan(5000);
        peer.assertAlive();
    }

    @Test
    void aCallThatComesWhileALargeWriteEndsIsNotForgotten() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(sendBuffer(8000)));
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 500; i++) {
            assertThat(peer.peer().send("e", "x".repeat(5000))).isTrue();
            peer.next();
            peer.assertAlive();
        }
    }

    @Test
    void peersThatDoNotReadTheirAnswersDoNotUseUpTheThreadsForTheOthersCalls() {
        XyEndpoint endpoint = endpoint(settings -> settings.maxThreads(4).timeouts(sendTimeout(20_000)));
        endpoint.handlers().register("large", (name, payload, peer) -> "x".repeat(20_000));
        for (int i = 0; i < 12; i++) {
            RawPeer slow = connect(endpoint, 10);
            slow.stopReading();
            slow.send(call("large", "1")).send(call("large", "2"));
        }
        RawPeer quick = connect(endpoint);
        for (int i = 0; i < 100; i++) {
            quick.send(call("large", String.valueOf(i)));
            assertThat(quick.next()).startsWith("{\"e\":\"resolve.large\",\"id\":" + i);
        }
        assertThat(endpoint.statistics().refusedCalls()).isZero();
    }

    @Test
    void aPeerWhoseWritesMakeNoProgressIsDropped() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(sendTimeout(1000)));
        RawPeer slow = connect(endpoint, 10);
        RawPeer quick = connect(endpoint);
        slow.stopReading();
        long start = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            assertThat(slow.peer().send("e", i)).isTrue();
        }
        assertThat(slow.awaitClosed().code()).isEqualTo(1006);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(millis(1000), Duration.ofSeconds(8));
        quick.assertAlive();
        await().until(() -> endpoint.statistics().droppedPeers() == 1
                && endpoint.statistics().closing() == 0);
    }

    @Test
    void aBroadcastReturnsAtOnceAndReachesTheOthersThoughManyWritesHang() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(sendBuffer(2 << 20)));
        List<RawPeer> stuck = new ArrayList<>();
        List<RawPeer> well = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stuck.add(connect(endpoint, 10));
            stuck.get(i).stopReading();
            well.add(connect(endpoint));
        }
        String text = "x".repeat(64 << 10);
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            assertThat(endpoint.broadcaster().broadcast("e", text)).isEqualTo(40);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        await().until(() -> well.stream().allMatch(peer -> peer.received() == 10));
        stuck.forEach(RawPeer::readOn);
        await().until(() -> stuck.stream().allMatch(peer -> peer.received() == 10));
    }

    /** The methods of threads that are writing just now, as they are seen in a dump of all threads. */
    private static List<String> writesUnderWay() {
        List<String> writes = new ArrayList<>();
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            for (StackTraceElement frame : frames) {
                boolean engine = frame.getClassName().equals(Outbound.class.getName());
                if (engine || frame.getClassName().equals(InMemoryTransport.class.getName())) {
                    writes.add(thread.getName() + " " + frame.getMethodName());
                }
            }
        });
        return writes;
    }

    @Test
    void aHundredPeersThatDoNotReadHoldNoThreadAndTheHealthyOnesMissNothing() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(sendBuffer(1 << 20)));
        endpoint.handlers().register("echo", (name, payload, peer) -> payload);
        List<RawPeer> stalled = new ArrayList<>();
        List<RawPeer> healthy = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            stalled.add(connect(endpoint, 1000));
            stalled.get(i).stopReading();
        }
        for (int i = 0; i < 10; i++) {
            healthy.add(connect(endpoint));
        }
        String text = "x".repeat(500);
        for (int i = 0; i < 100; i++) {
            assertThat(endpoint.broadcaster().broadcast("e", i + text)).isEqualTo(110);
            for (RawPeer peer : stalled) {
                peer.send(call("echo", "\"" + text + "\"", "" + i));
            }
        }
        for (RawPeer peer : healthy) {
            for (int i = 0; i < 100; i++) {
                peer.send(call("echo", "" + i, "1")).nextWith("resolve.echo");
            }
            await().until(() -> peer.received() == 200);
        }
        await().until(() -> stalled.stream().allMatch(WithEndpoints::isIdle));
        await().until(() -> writesUnderWay().stream().noneMatch(write -> write.startsWith("xy-")));
        assertThat(endpoint.peers().size()).isEqualTo(110);

        stalled.forEach(RawPeer::readOn);
        await().until(() -> stalled.stream().allMatch(peer -> peer.received() == 200));
        for (RawPeer peer : stalled) {
            List<String> events = peer.frames().stream()
                    .filter(frame -> frame.contains("\"e.e\""))
                    .toList();
            assertThat(events)
                    .isEqualTo(IntStream.range(0, 100)
                            .mapToObj(i -> event("e", "\"" + i + text + "\""))
                            .toList());
        }
    }

    @Test
    void aBroadcastGoesToAllOrAllButOneOrThoseAFilterTakes() {
        XyEndpoint endpoint = endpoint();
        RawPeer first = connect(endpoint);
        RawPeer second = connect(endpoint);
        RawPeer third = connect(endpoint);
        assertThat(endpoint.broadcaster().broadcast("a")).isEqualTo(3);
        assertThat(endpoint.broadcaster().broadcastExcept(second.peer(), "b", 1))
                .isEqualTo(2);
        assertThat(endpoint.broadcaster()
                        .here()
                        .where(peer -> peer.equals(third.peer()))
                        .send("c", null))
                .isEqualTo(1);
        first.peer().send("end");
        second.peer().send("end");
        third.peer().send("end");
        first.nextWith("end");
        second.nextWith("end");
        third.nextWith("end");
        assertThat(first.frames()).containsExactly("{\"e\":\"e.a\"}", "{\"e\":\"e.b\",\"p\":1}");
        assertThat(second.frames()).containsExactly("{\"e\":\"e.a\"}");
        assertThat(third.frames())
                .containsExactly("{\"e\":\"e.a\"}", "{\"e\":\"e.b\",\"p\":1}", "{\"e\":\"e.c\",\"p\":null}");
    }

    @Test
    void answersThatAreReadyAreWrittenThoughTheNextHandlerBlocks() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(eventOrder(60_000)));
        BlockingQueue<CountDownLatch> holds = new LinkedBlockingQueue<>();
        endpoint.handlers().on("hold", (name, payload, peer) -> holds.take().await());
        endpoint.handlers().register("fast", (name, payload, peer) -> 1);
        endpoint.handlers().register("slow", (name, payload, peer) -> {
            release.await();
            return 2;
        });
        endpoint.handlers().on("slow", (name, payload, peer) -> release.await());
        for (String last : List.of(call("slow", "9"), event("slow"))) {
            RawPeer peer = connect(endpoint);
            // all of it is in the inbound queue before the first runs, so that one drain run takes it
            CountDownLatch hold = new CountDownLatch(1);
            holds.add(hold);
            peer.send(event("hold"))
                    .send(call("fast", "1"))
                    .send(call("fast", "2"))
                    .send(last);
            hold.countDown();
            assertThat(peer.next()).contains("fast");
            assertThat(peer.next()).contains("fast");
        }
        release.countDown();
    }

    @Test
    void noFurtherCallsStartForAPeerThatDoesNotReadItsAnswers() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(sendBuffer(40_000)));
        AtomicInteger started = new AtomicInteger();
        String answer = "x".repeat(1000);
        endpoint.handlers().register("f", (name, payload, peer) -> {
            started.incrementAndGet();
            return answer;
        });
        RawPeer peer = connect(endpoint, 5000);
        peer.stopReading();
        for (int i = 0; i < 150; i++) {
            peer.send(call("f", "1"));
        }
        await().until(() -> started.get() > 10);
        await().pollInterval(millis(5)).during(millis(100)).until(() -> started.get() < 40);
        assertThat(peer.isOpen()).isTrue();
        peer.readOn();
        await().until(() -> peer.received() == 150);
        assertThat(endpoint.statistics().droppedPeers()).isZero();
    }

    @Test
    void callsThatWaitedForRoomStartOnceThereIsSome() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(sendBuffer(40_000)));
        AtomicInteger started = new AtomicInteger();
        endpoint.handlers().register("f", (name, payload, peer) -> started.incrementAndGet());
        RawPeer peer = connect(endpoint, 100);
        peer.stopReading();
        for (int i = 0; i < 30; i++) {
            assertThat(peer.peer().send("e", "x".repeat(1000))).isTrue();
        }
        peer.send(call("f", "1"));
        await().pollInterval(millis(5)).during(millis(60)).until(() -> started.get() == 0);
        peer.readOn();
        assertThat(peer.nextWith("resolve.f")).isEqualTo(resolved("f", "1", "1"));
    }

    @Test
    void callsBeyondTheReceiveBufferAreRefusedAndReadingPauses() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(5000, 1)));
        AtomicInteger runs = new AtomicInteger();
        endpoint.handlers().register("f", (name, payload, peer) -> {
            runs.incrementAndGet();
            release.await();
            return 1;
        });
        RawPeer peer = connect(endpoint, 1000);
        AtomicInteger sent = new AtomicInteger();
        Thread flood = new Thread(() -> {
            for (int i = 0; i < 500; i++) {
                peer.send(call("f", "\"" + "x".repeat(60) + "\"", "1"));
                sent.incrementAndGet();
            }
        });
        flood.setDaemon(true);
        flood.start();
        await().until(() -> peer.received() >= 1);
        await().pollInterval(millis(5)).during(millis(100)).until(() -> sent.get() < 100);
        assertThat(peer.frames()).allMatch(frame -> frame.contains("\"status\":429"));
        assertThat(runs).hasValue(1);
        release.countDown();
        flood.join(10_000);
        await().until(() -> peer.received() == 500);
        assertThat(peer.frames().stream().filter(frame -> frame.contains("429")).count())
                .isEqualTo(endpoint.statistics().refusedCalls())
                .isLessThan(500);
        peer.assertAlive();
    }

    @Test
    void eventsBeyondTheReceiveBufferWaitOnTheWireAndNoneIsLost() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(3000, 1)));
        List<Integer> heard = java.util.Collections.synchronizedList(new ArrayList<>());
        endpoint.handlers().on("e", Integer.class, i -> {
            release.await();
            heard.add(i);
        });
        RawPeer peer = connect(endpoint, 1000);
        AtomicInteger sent = new AtomicInteger();
        Thread flood = new Thread(() -> {
            for (int i = 0; i < 1000; i++) {
                peer.send(event("e", "" + i));
                sent.incrementAndGet();
            }
        });
        flood.setDaemon(true);
        flood.start();
        await().pollInterval(millis(5)).during(millis(100)).until(() -> sent.get() < 300);
        release.countDown();
        await().until(() -> heard.size() == 1000);
        for (int i = 0; i < 1000; i++) {
            assertThat(heard.get(i)).isEqualTo(i);
        }
    }

    @Test
    void readingGoesOnWhileAnAnswerIsAwaitedUpToTwiceTheBuffer() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(20_000, 1)));
        BlockingQueue<String> located = new LinkedBlockingQueue<>();
        endpoint.handlers().on("ask", (name, payload, peer) -> located.add(peer.await("locate", String.class)));
        endpoint.handlers().on("e", (name, payload, peer) -> {});
        RawPeer peer = connect(endpoint).send(event("ask"));
        String id = RawPeer.idOf(peer.next());
        String filling = event("e", "\"" + "x".repeat(970) + "\"");
        for (int i = 0; i < 28; i++) {
            peer.send(filling);
        }
        peer.send(resolved("locate", id, "\"here\""));
        assertThat(located.poll(5, TimeUnit.SECONDS)).isEqualTo("here");
        peer.assertAlive();

        RawPeer rude = connect(endpoint).send(event("ask"));
        rude.next();
        try {
            for (int i = 0; i < 60; i++) {
                rude.send(filling);
            }
        } catch (java.io.UncheckedIOException closed) {
            // it may be over before all is sent
        }
        assertThat(rude.awaitClosed()).isEqualTo(new RawPeer.Closed(1008, "receive buffer exceeded"));
    }

    @Test
    void smallMessagesCountWithWhatTheyCostInMemory() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(100_000, 1)));
        endpoint.handlers().on("e", (name, payload, peer) -> release.await());
        RawPeer peer = connect(endpoint, 100);
        AtomicInteger sent = new AtomicInteger();
        Thread flood = new Thread(() -> {
            for (int i = 0; i < 9000; i++) {
                peer.send(event("e"));
                sent.incrementAndGet();
            }
        });
        flood.setDaemon(true);
        flood.start();
        await().pollInterval(millis(10)).during(millis(150)).until(() -> sent.get() < 1000);
        release.countDown();
        await().until(() -> sent.get() == 9000);
    }
}
