package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What runs after what, and what doesn't wait. */
class OrderTests extends WithEndpoints {

    private static final Duration A_WHILE = Duration.ofMillis(60);

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    private void staysAt(RawPeer peer, int received) {
        await().pollInterval(millis(5)).during(A_WHILE).until(() -> peer.received() == received);
    }

    private static XyListener.Awaited awaited(XyListener.Awaited listener) {
        return listener;
    }

    @Test
    void aCallSeesTheEffectsOfAnEventBeforeIt() {
        XyEndpoint endpoint = endpoint();
        AtomicInteger stock = new AtomicInteger();
        endpoint.handlers().on("set", Integer.class, stock::set);
        endpoint.handlers().register("get", (name, payload, peer) -> stock.get());
        RawPeer peer = connect(endpoint);
        for (int i = 1; i <= 500; i++) {
            assertThat(peer.send(event("set", i + "")).ask(call("get", "1"))).isEqualTo(resolved("get", "1", i + ""));
        }
    }

    @Test
    void aCallWaitsForARunningListener() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(eventOrder(60_000)));
        endpoint.handlers().on("slow", (name, payload, peer) -> release.await());
        RawPeer peer = connect(endpoint).send(event("slow")).send(ALIVE);
        staysAt(peer, 0);
        release.countDown();
        assertThat(peer.next()).contains("404");
    }

    @Test
    void anEventIsPastWhenItsListenerReturnsAnUnfinishedStage() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(eventOrder(60_000)));
        CompletableFuture<Void> stage = new CompletableFuture<>();
        endpoint.handlers().on("slow", awaited((name, payload, peer) -> stage));
        endpoint.handlers().on("next", (name, payload, peer) -> log.add("next, " + stage.isDone()));
        RawPeer peer = connect(endpoint).send(event("slow")).send(ALIVE);
        assertThat(peer.next()).contains("404");
        peer.send(event("next"));
        await().pollInterval(millis(5)).during(A_WHILE).until(log::isEmpty);
        stage.complete(null);
        await().until(() -> log.equals(List.of("next, true")));
    }

    @Test
    void anEventIsPastWhenItsListenerAwaitsACall() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(eventOrder(60_000)));
        endpoint.handlers().on("scanned", (name, payload, peer) -> log.add(peer.await("locate", String.class)));
        RawPeer peer = connect(endpoint).send(event("scanned"));
        String call = peer.next();
        assertThat(peer.ask(ALIVE)).contains("404");
        assertThat(log).isEmpty();
        peer.send(resolved("locate", RawPeer.idOf(call), "\"here\""));
        await().until(() -> log.equals(List.of("here")));
    }

    @Test
    void anEventIsPastWhenItsListenerHasCalledAnyPeer() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(eventOrder(60_000)));
        RawPeer other = connect(endpoint());
        CompletableFuture<?>[] answer = new CompletableFuture<?>[1];
        endpoint.handlers().on("scanned", (name, payload, peer) -> {
            answer[0] = other.peer().call("locate", String.class);
            release.await();
            log.add("done");
        });
        endpoint.handlers().on("next", (name, payload, peer) -> log.add("next"));
        RawPeer peer = connect(endpoint).send(event("scanned")).send(event("next"));
        other.next();
        assertThat(peer.send(ALIVE).isOpen()).isTrue();
        await().pollInterval(millis(5)).during(A_WHILE).until(log::isEmpty);
        release.countDown();
        await().until(() -> log.equals(List.of("done", "next")));
        peer.next();
    }

    @Test
    void aCallAfterAnEventThatHasCalledRuns() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(eventOrder(60_000)));
        endpoint.handlers().on("scanned", (name, payload, peer) -> {
            CompletableFuture<String> answer = peer.call("locate", String.class);
            release.await();
            answer.cancel(true);
        });
        RawPeer peer = connect(endpoint).send(event("scanned")).send(ALIVE);
        assertThat(peer.nextWith("alive?")).contains("404");
        release.countDown();
    }

    @Test
    void anEventIsPastAfterATimeButTheNextEventWaitsOn() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(eventOrder(80)));
        endpoint.handlers().on("slow", (name, payload, peer) -> release.await());
        endpoint.handlers().on("next", (name, payload, peer) -> log.add("next"));
        RawPeer peer = connect(endpoint);
        long start = System.nanoTime();
        peer.send(event("slow")).send(ALIVE).send(event("next")).send(call("after", "2"));
        assertThat(peer.next()).contains("alive?");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(millis(80));
        // the second call comes after an event that has not even started
        staysAt(peer, 1);
        assertThat(log).isEmpty();
        release.countDown();
        assertThat(peer.next()).contains("after");
        assertThat(log).containsExactly("next");
    }

    @Test
    void theTimeRunsFromTheListenersStartHoweverLateACallComes() {
        XyEndpoint endpoint = endpoint(settings -> settings.timeouts(eventOrder(2000)));
        CountDownLatch started = new CountDownLatch(1);
        endpoint.handlers().on("slow", (name, payload, peer) -> {
            started.countDown();
            release.await();
        });
        RawPeer peer = connect(endpoint).send(event("slow"));
        await().until(() -> started.getCount() == 0);
        await().pollDelay(millis(2100)).until(() -> true);
        long start = System.nanoTime();
        peer.ask(ALIVE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(millis(1800));
        release.countDown();
    }

    @Test
    void anEventNeverWaitsForEarlierCalls() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("slow", (name, payload, peer) -> {
            release.await();
            return 1;
        });
        endpoint.handlers().on("note", (name, payload, peer) -> log.add("note"));
        RawPeer peer = connect(endpoint).send(call("slow", "1")).send(event("note"));
        await().until(() -> log.equals(List.of("note")));
        assertThat(peer.received()).isZero();
        release.countDown();
        peer.next();
    }

    @Test
    void anEventDoesNotWaitForCallsThatWaitForTheirTurn() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(1 << 20, 1)));
        endpoint.handlers().register("slow", (name, payload, peer) -> {
            release.await();
            return 1;
        });
        endpoint.handlers().on("note", (name, payload, peer) -> log.add("note"));
        RawPeer peer = connect(endpoint)
                .send(call("slow", "1"))
                .send(call("slow", "2"))
                .send(event("note"));
        await().until(() -> log.equals(List.of("note")));
        release.countDown();
        peer.next();
        peer.next();
    }

    @Test
    void aFastCallOvertakesASlowOne() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("slow", (name, payload, peer) -> {
            release.await();
            return 1;
        });
        RawPeer peer = connect(endpoint).send(call("slow", "1")).send(ALIVE);
        assertThat(peer.next()).contains("alive?");
        release.countDown();
        assertThat(peer.next()).contains("slow");
    }

    @Test
    void callsRunSideBySideUpToTheLimit() {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(1 << 20, 3)));
        AtomicInteger running = new AtomicInteger();
        endpoint.handlers().register("slow", (name, payload, peer) -> {
            running.incrementAndGet();
            release.await();
            return 1;
        });
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 8; i++) {
            peer.send(call("slow", "1"));
        }
        await().until(() -> running.get() == 3);
        await().pollInterval(millis(5)).during(A_WHILE).until(() -> running.get() == 3);
        release.countDown();
        await().until(() -> peer.received() == 8);
    }

    @Test
    void whatAHandlerSendsBeforeItReturnsComesBeforeItsAnswer() {
        XyEndpoint endpoint = endpoint();
        endpoint.handlers().register("f", (name, payload, peer) -> {
            peer.send("direct");
            endpoint.broadcaster().broadcast("all");
            return 1;
        });
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 300; i++) {
            peer.send(call("f", "1"));
        }
        for (int i = 0; i < 3; i++) {
            peer.send(call("f", "1"));
        }
        await().until(() -> peer.received() == 909);
        List<String> frames = peer.frames();
        int answers = 0;
        int events = 0;
        for (String frame : frames) {
            events += frame.startsWith("{\"e\":\"e.") ? 1 : 0;
            answers += frame.startsWith("{\"e\":\"resolve") ? 1 : 0;
            assertThat(events).isGreaterThanOrEqualTo(2 * answers);
        }
        assertThat(answers).isEqualTo(303);
    }

    @Test
    void answersNeverQueueBehindAnything() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.limits(receiveBuffer(1 << 20, 1)));
        endpoint.handlers().fallback((name, payload, peer) -> {
            release.await();
            return 1;
        });
        endpoint.handlers().onUnhandled((name, payload, peer) -> release.await());
        RawPeer peer = connect(endpoint);
        CompletableFuture<Integer> answer = peer.peer().call("locate", Integer.class);
        for (int i = 0; i < 20; i++) {
            peer.send(call("f", "1")).send(event("e"));
        }
        peer.answerNext("locate", "7");
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(7);
        release.countDown();
    }

    @Test
    void listenersOfOneEventRunInOrderAndAFailingOneDoesNotStopTheNext() {
        XyEndpoint endpoint = endpoint();
        CompletableFuture<Void> stage = new CompletableFuture<>();
        endpoint.handlers().on("e", (name, payload, peer) -> log.add("1"));
        endpoint.handlers().on("e", (name, payload, peer) -> {
            log.add("2");
            throw new IllegalStateException("2");
        });
        endpoint.handlers().on("e", awaited((name, payload, peer) -> {
            log.add("3");
            return stage.thenRun(() -> log.add("3 finished"));
        }));
        endpoint.handlers().on("e", awaited((name, payload, peer) -> {
            log.add("4");
            return CompletableFuture.failedFuture(new IllegalStateException("4"));
        }));
        endpoint.handlers()
                .on(
                        "e",
                        awaited((name, payload, peer) -> CompletableFuture.runAsync(
                                () -> {
                                    log.add("5");
                                    throw new IllegalStateException("5");
                                },
                                CompletableFuture.delayedExecutor(30, TimeUnit.MILLISECONDS))));
        endpoint.handlers().on("e", (name, payload, peer) -> log.add("6"));
        endpoint.handlers().on("next", (name, payload, peer) -> log.add("next"));
        connect(endpoint).send(event("e")).send(event("next"));
        await().pollInterval(millis(5)).during(A_WHILE).until(() -> log.size() <= 3);
        stage.complete(null);
        await().until(() -> log.contains("next"));
        assertThat(log).containsExactly("1", "2", "3", "3 finished", "4", "5", "6", "next");
    }

    @Test
    void eventsOfOnePeerNeverRunTogetherThoughTheirListenersBlock() {
        XyEndpoint endpoint = endpoint();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        endpoint.handlers().on("e", Integer.class, i -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            TimeUnit.MILLISECONDS.sleep(i % 4);
            log.add("" + i);
            inside.decrementAndGet();
        });
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 100; i++) {
            peer.send(event("e", "" + i));
        }
        await().until(() -> log.size() == 100);
        assertThat(most).hasValue(1);
        assertThat(log).isEqualTo(IntStream.range(0, 100).mapToObj(i -> "" + i).toList());
    }

    @Test
    void connectedComesFirstAndDisconnectedLast() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        XyEndpoint endpoint = endpoint(
                settings -> settings.timeouts(eventOrder(60_000)).connectionListener(new XyConnectionListener() {
                    @Override
                    public void connected(XyPeer peer) {
                        LockSupport.parkNanos(20_000_000);
                        told.add("connected");
                    }

                    @Override
                    public void disconnected(XyPeer peer, int code, String reason) {
                        told.add("disconnected " + code + " " + reason + " " + peer.isOpen());
                    }
                }));
        endpoint.handlers().on("e", (name, payload, peer) -> {
            TimeUnit.MILLISECONDS.sleep(1);
            told.add("event");
        });
        endpoint.handlers().register("f", (name, payload, peer) -> told.add("call"));
        RawPeer peer = connect(endpoint).send(call("f", "1"));
        for (int i = 0; i < 20; i++) {
            peer.send(event("e"));
        }
        peer.close(4000, "bye");
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            String next = told.poll(5, TimeUnit.SECONDS);
            assertThat(next).as("what comes after %s", all).isNotNull();
            all.add(next);
        }
        assertThat(all).startsWith("connected").containsOnlyOnce("call");
        all.remove("call"); // for which neither the events nor the farewell wait
        assertThat(all.subList(1, 21)).containsOnly("event");
        assertThat(all).hasSize(22).endsWith("disconnected 4000 bye false");
        assertThat(told.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void whatIsToldOfAConnectionMayBlockAndCall() throws Exception {
        CompletableFuture<String> name = new CompletableFuture<>();
        XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(new XyConnectionListener() {
            @Override
            public void connected(XyPeer peer) {
                name.complete(peer.await("name?", String.class));
            }

            @Override
            public void disconnected(XyPeer peer, int code, String reason) {}
        }));
        RawPeer peer = connect(endpoint).send(ALIVE).answerNext("name?", "\"Ann\"");
        assertThat(name.get(5, TimeUnit.SECONDS)).isEqualTo("Ann");
        assertThat(peer.next()).contains("alive?");
    }

    @Test
    void disconnectedIsToldThoughAListenerNeverReturns() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        XyEndpoint endpoint = endpoint(
                settings -> settings.timeouts(eventOrder(50)).connectionListener(new BadInputTests.Told(told)));
        endpoint.handlers().on("hang", (name, payload, peer) -> release.await());
        endpoint.handlers().on("stage", awaited((name, payload, peer) -> new CompletableFuture<Void>()));
        endpoint.handlers().on("e", (name, payload, peer) -> told.add("event"));
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            release.await();
            return 1;
        });
        RawPeer peer = connect(endpoint)
                .send(call("hang", "1"))
                .send(event("hang"))
                .send(event("stage"))
                .send(event("e"));
        assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("connected");
        assertThat(told.poll(80, TimeUnit.MILLISECONDS)).isNull();
        peer.close(1000, "");
        assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("event");
        assertThat(told.poll(5, TimeUnit.SECONDS)).startsWith("disconnected 1000");
        release.countDown();
        assertThat(told.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    /** What a peer of which one listener runs has left to do, by the close code that this side ends it with. */
    private List<String> toldAfterClose(int code, boolean gone) throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        XyEndpoint endpoint = endpoint(
                settings -> settings.timeouts(eventOrder(60_000)).connectionListener(new BadInputTests.Told(told)));
        CountDownLatch inside = new CountDownLatch(1);
        endpoint.handlers().on("slow", (name, payload, peer) -> {
            inside.countDown();
            release.await();
            told.add("slow");
        });
        endpoint.handlers().on("e", (name, payload, peer) -> told.add("event"));
        endpoint.handlers().register("f", (name, payload, peer) -> told.add("call"));
        RawPeer peer = connect(endpoint).send(event("slow")).send(event("e")).send(call("f", "1"));
        XyPeer login = peer.peer();
        peer.send("{\"e\":\"c.f\"}")
                .nextWith("\"status\":400"); // from the thread that reads: what was sent before has arrived
        assertThat(inside.await(5, TimeUnit.SECONDS)).isTrue();
        if (gone) {
            peer.vanish();
            await().until(() -> !login.isOpen());
        }
        login.close(code, "bye");
        release.countDown();

        List<String> all = new ArrayList<>();
        while (true) {
            String next = told.poll(5, TimeUnit.SECONDS);
            assertThat(next).as("what comes after %s", all).isNotNull();
            all.add(next.startsWith("disconnected") ? "disconnected" : next);
            if (next.startsWith("disconnected")) {
                await().until(() -> isIdle(peer)); // it doesn't wait for calls that run
                told.drainTo(all);
                return all;
            }
        }
    }

    @Test
    void whatWaitsIsNotRunOnceThePeersLoginHasEnded() throws Exception {
        assertThat(toldAfterClose(4401, false)).containsExactly("connected", "slow", "disconnected");
    }

    @Test
    void whatAPeerThatHasGoneLeftToDoIsNotRunOnceItsLoginHasEnded() throws Exception {
        assertThat(toldAfterClose(4401, true)).containsExactly("connected", "slow", "disconnected");
    }

    @Test
    void whatWaitsIsRunAfterAnyOtherEnd() throws Exception {
        assertThat(toldAfterClose(4400, false))
                .hasSize(5)
                .containsSubsequence("connected", "slow", "event", "disconnected")
                .containsSubsequence("event", "call");
    }

    @Test
    void callsThatWaitBecauseThePeerReadsTooLittleAreRunWhenItsConnectionIsOver() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        XyEndpoint endpoint = endpoint(
                settings -> settings.limits(sendBuffer(10_000)).connectionListener(new BadInputTests.Told(told)));
        endpoint.handlers().register("f", (name, payload, peer) -> told.add("call"));
        RawPeer peer = connect(endpoint, 1_000);
        assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("connected");
        peer.stopReading();
        for (int i = 0; i < 9; i++) {
            assertThat(peer.peer().send("much", "x".repeat(1_000))).isTrue();
        }
        peer.send(call("f", "1")).send(resolved("nothing", "0", "0"));
        await().until(() -> endpoint.statistics().unmatchedAnswers() == 1); // so the call has arrived, too
        assertThat(told).isEmpty();

        peer.peer().close(4000, "bye");

        assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("call");
        assertThat(told.poll(5, TimeUnit.SECONDS)).startsWith("disconnected");
    }

    @Test
    void eventsThatWereWaitingWhenThePeerLeftStillRunOneAfterTheOther() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        RawPeer other = connect(endpoint());
        XyEndpoint endpoint = endpoint(
                settings -> settings.timeouts(eventOrder(60_000)).connectionListener(new BadInputTests.Told(told)));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        endpoint.handlers().on("e", (name, payload, peer) -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            other.peer().await("locate", String.class);
            inside.decrementAndGet();
            told.add("event");
        });
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 5; i++) {
            peer.send(event("e"));
        }
        String first = other.next();
        peer.vanish();
        await().until(() -> endpoint.peers().size() == 0);
        await().pollInterval(millis(5)).during(A_WHILE).until(() -> other.received() == 1);
        other.send(resolved("locate", RawPeer.idOf(first), "\"\""));
        for (int i = 1; i < 5; i++) {
            other.answerNext("locate", "\"\"");
        }
        assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("connected");
        for (int i = 0; i < 5; i++) {
            assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("event");
        }
        assertThat(told.poll(5, TimeUnit.SECONDS)).startsWith("disconnected 1006");
        assertThat(most).hasValue(1);
    }
}
