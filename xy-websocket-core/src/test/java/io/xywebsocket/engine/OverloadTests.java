package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPeer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More work than there are threads. */
class OverloadTests extends WithEndpoints {

    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void whileTheExecutorRefusesCallsGet503AndEventsAreKeptInOrder() {
        AtomicBoolean full = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        closing(threads::shutdownNow);
        XyEndpoint endpoint = endpoint(settings -> settings.executor(task -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            threads.execute(task);
        }));
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        endpoint.handlers().on("e", Integer.class, i -> heard.add(i));
        endpoint.handlers().register("f", (name, payload, peer) -> 1);
        RawPeer peer = connect(endpoint);
        assertThat(peer.ask(call("f", "1"))).contains("resolve");
        await().until(() -> isIdle(peer)); // else that thread might take the first event, too

        full.set(true);
        for (int i = 0; i < 50; i++) {
            peer.send(event("e", "" + i));
            peer.send(call("f", "1"));
        }
        for (int i = 0; i < 50; i++) { // though events wait before each of them
            assertThat(peer.next())
                    .isEqualTo(rejected("f", "1", "{\"ok\":false,\"status\":503,\"message\":\"Too busy\"}"));
        }
        await().pollInterval(millis(5)).during(millis(60)).until(heard::isEmpty);

        full.set(false);
        await().until(() -> heard.size() == 50);
        assertThat(heard).isEqualTo(IntStream.range(0, 50).boxed().toList());
        assertThat(endpoint.statistics().refusedCalls()).isEqualTo(50);
        peer.assertAlive();
    }

    @Test
    void whenAllThreadsAreStuckCallsGet503AndWaitersAreServed() throws Exception {
        XyEndpoint endpoint = endpoint(settings -> settings.maxThreads(8));
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            release.await();
            return 1;
        });
        endpoint.handlers().register("join", (name, payload, peer) -> peer.call("locate", Integer.class)
                .join());
        List<RawPeer> peers =
                new ArrayList<>(); // each may always have one thread, and more only while others have some
        for (int i = 0; i < 8; i++) {
            peers.add(connect(endpoint).send(call("hang", "1")));
        }
        RawPeer peer = peers.get(0);
        RawPeer other = connect(endpoint);
        await().pollInterval(millis(5)).until(() -> other.ask(call("f", "1")).contains("503"));

        CompletableFuture<Integer> answer =
                peer.peer().call("locate", Integer.class).thenApply(i -> i + 1);
        peer.answerNext("locate", "41");
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(42);
        release.countDown();
        await().until(() -> peers.stream().mapToInt(RawPeer::received).sum() == 9);
        await().pollInterval(millis(5)).until(() -> other.ask(call("f", "1")).contains("404"));
    }

    @Test
    void aJoinInEveryThreadIsServed() {
        XyEndpoint endpoint = endpoint(settings -> settings.maxThreads(8));
        endpoint.handlers().register("join", (name, payload, peer) -> peer.call("locate", Integer.class)
                .join());
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            peers.add(connect(endpoint).send(call("join", "1")));
        }
        await().until(() -> peers.stream().allMatch(peer -> peer.received() == 1));
        peers.forEach(peer -> peer.answerNext("locate", "1"));
        for (RawPeer peer : peers) {
            assertThat(peer.next()).isEqualTo(resolved("join", "1", "1"));
        }
    }

    @Test
    void aFarewellThatFindsNoThreadIsSaidLater() {
        AtomicBoolean full = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        closing(threads::shutdownNow);
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        XyEndpoint endpoint = endpoint(settings -> settings.connectionListener(new BadInputTests.Told(told))
                .executor(task -> {
                    if (full.get()) {
                        throw new RejectedExecutionException("full");
                    }
                    threads.execute(task);
                }));
        RawPeer peer = connect(endpoint);
        await().until(() -> told.contains("connected"));
        full.set(true);
        peer.peer().close(4000, "bye");
        assertThat(peer.awaitClosed()).isEqualTo(new RawPeer.Closed(4000, "bye"));
        await().pollInterval(millis(5)).during(millis(60)).until(() -> told.size() == 1);
        assertThat(endpoint.statistics().closing()).isEqualTo(1);
        full.set(false);
        await().until(() -> told.contains("disconnected 4000 bye"));
        await().until(() -> endpoint.statistics().closing() == 0);
    }

    /** Spring's executors refuse from the moment on in which the application is closed. */
    @Test
    void anEndpointGoesDownInGoodOrderThoughTheExecutorHasGoneDownBefore() {
        ExecutorService threads = Executors.newCachedThreadPool();
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        XyEndpoint endpoint = endpoint(settings ->
                settings.connectionListener(new BadInputTests.Told(told)).executor(threads));
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        endpoint.handlers().on("e", Integer.class, i -> heard.add(i));
        RawPeer stays = connect(endpoint);
        RawPeer leaves = connect(endpoint);
        await().until(() -> told.size() == 2 && isIdle(stays) && isIdle(leaves));
        threads.shutdownNow();
        stays.send(event("e", "1"));
        await().until(() -> !isIdle(stays)); // it has arrived

        CompletableFuture<Void> down = endpoint.shutdown(Duration.ofMinutes(1));
        leaves.vanish();

        assertThat(down).succeedsWithin(Duration.ofSeconds(10));
        assertThat(heard).containsExactly(1);
        assertThat(stays.awaitClosed().code()).isEqualTo(1001);
        assertThat(told).contains("disconnected 1001 shutting down").hasSize(4);
    }

    /** As a pool does that can't make a thread, or a task decorator with a bug. */
    @ParameterizedTest
    @ValueSource(classes = {OutOfMemoryError.class, IllegalStateException.class})
    void anExecutorThatFailsNowAndThenLosesNothing(Class<? extends Throwable> failure) throws Exception {
        AtomicInteger failures = new AtomicInteger();
        ExecutorService threads = Executors.newCachedThreadPool();
        closing(threads::shutdownNow);
        Throwable thrown = failure.getConstructor(String.class).newInstance("as often as you like");
        XyEndpoint endpoint =
                endpoint(settings -> settings.timeouts(callTimeout(300)).executor(task -> {
                    if (failures.getAndDecrement() > 0) {
                        OverloadTests.<RuntimeException>throwAny(thrown);
                    }
                    threads.execute(task);
                }));
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        endpoint.handlers().on("e", Integer.class, i -> heard.add(i));
        try (LogCapture log = new LogCapture()) {
            failures.set(1);
            RawPeer peer = connect(endpoint);
            peer.assertAlive();

            failures.set(1);
            peer.send(event("e", "1")).send(event("e", "2"));
            await().until(() -> heard.size() == 2);

            failures.set(1);
            assertThat(peer.ask(call("f", "1"))).contains("\"status\":503");

            CompletableFuture<Integer> answered = peer.peer().call("a", Integer.class);
            String question = peer.nextWith("c.a");
            failures.set(1);
            peer.send(resolved("a", RawPeer.idOf(question), "1"));
            assertThat(answered).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(1);

            List<CompletableFuture<Integer>> unanswered = IntStream.range(0, 3)
                    .mapToObj(i -> peer.peer().call("silence", Integer.class))
                    .toList();
            CompletableFuture<Object> awaited =
                    CompletableFuture.supplyAsync(() -> peer.peer().await("silence", null, Integer.class), threads);
            failures.set(1);
            unanswered.forEach(future -> await().until(future::isCompletedExceptionally));
            await().until(awaited::isCompletedExceptionally);

            failures.set(1);
            peer.vanish();
            await().until(() -> endpoint.statistics().closing() == 0
                    && endpoint.statistics().peers() == 0);
            assertThat(heard).containsExactly(1, 2);
            assertThat(log.thrown()).containsExactly("as often as you like");
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void throwAny(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void whileAPeersWorkWaitsForAThreadNoMoreTasksAreGivenForIt() {
        LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        // a drain run that is put aside must not lose the inbound queue to a task that nobody runs
        XyEndpoint endpoint =
                endpoint(settings -> settings.clock(new ManualClock()).executor(tasks::add));
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 20; i++) {
            peer.send(ALIVE);
        }
        await().pollInterval(millis(5)).during(millis(100)).until(() -> tasks.size() == 1);
        tasks.remove().run();
        await().until(() -> peer.received() == 20);
        assertThat(tasks).isEmpty();
    }

    @Test
    void runsOnAnExecutorThatRunsTasksAtOnce() {
        XyEndpoint endpoint = endpoint(settings -> settings.executor(Runnable::run));
        endpoint.handlers().register("f", (name, payload, peer) -> peer.send("e") ? 1 : 2);
        RawPeer peer = connect(endpoint);
        for (int i = 0; i < 100; i++) {
            assertThat(peer.ask(call("f", "1"))).isEqualTo(event("e"));
            assertThat(peer.next()).isEqualTo(resolved("f", "1", "1"));
        }
    }

    @Test
    void aPeerThatNeverPausesDoesNotKeepTheThreadFromOthers() {
        LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        ExecutorService oneThread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, waiting);
        closing(oneThread::shutdownNow);
        CountDownLatch queued = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger handledBefore = new AtomicInteger(-1);
        XyConnectionListener listener = new XyConnectionListener() {
            @Override
            public void connected(XyPeer peer) {
                handledBefore.set(handled.get());
            }

            @Override
            public void disconnected(XyPeer peer, int code, String reason) {}
        };
        XyEndpoint endpoint = endpoint(settings ->
                settings.executor(oneThread).clock(new ManualClock()).connectionListener(listener));
        endpoint.handlers().on("e", (name, payload, peer) -> {
            queued.await();
            handled.incrementAndGet();
        });
        RawPeer busy = connect(endpoint);
        for (int i = 0; i < 1000; i++) {
            busy.send(event("e"));
        }
        busy.send(
                resolved("nothing", "0", "0")); // matched, to nothing, on the reading thread: all before it has arrived
        await().until(() -> endpoint.statistics().unmatchedAnswers() == 1);
        connect(endpoint);
        await().until(() -> !waiting.isEmpty());
        queued.countDown();
        await().until(() -> handledBefore.get() > 0);
        assertThat(handledBefore.get()).isLessThan(500);
        await().until(() -> handled.get() == 1000);
    }

    @Test
    void aHandshakesPathForgesNoLineAndShowsNoSession() {
        for (String path : List.of("/ws;x=%0aFORGED", "/ws;jsessionid=abc", "/ws;a=%0d/b;c", "/ws\u202eFORGED")) {
            XyHandshake handshake =
                    XyHandshake.builder(URI.create("ws://host" + path)).build();
            assertThat(handshake.toString()).isIn("XyHandshake[/ws]", "XyHandshake[/ws?FORGED]");
        }
        assertThat(XyHandshake.builder(URI.create("ws://host/a%0ab")).build()).hasToString("XyHandshake[/a%0ab]");
        assertThat(XyHandshake.builder(URI.create("urn:xy")).build()).hasToString("XyHandshake[]");
    }

    @Test
    void aHandshakeShowsNoSecrets() {
        XyHandshake handshake = XyHandshake.builder(URI.create("ws://host/ws?ticket=abc"))
                .header("Authorization", "Bearer def")
                .remoteAddress("203.0.113.9")
                .build();
        assertThat(handshake.toString())
                .doesNotContain("abc")
                .doesNotContain("def")
                .doesNotContain("203")
                .contains("/ws");
        assertThat(handshake.header("authorization")).contains("Bearer def");
    }
}
