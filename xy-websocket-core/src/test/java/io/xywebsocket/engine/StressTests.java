package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyListener;
import io.xywebsocket.XyPeer;
import io.xywebsocket.concurrent.SystemClock;
import io.xywebsocket.concurrent.XyExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** Many threads at what is shared, for a few seconds. */
class StressTests extends WithEndpoints {

    private static final long SECONDS = 2;
    private static final int ROUNDS = 100;

    /** For what is awaited in each of many rounds. */
    static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    static void together(int threads, Runnable task) throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                try {
                    task.run();
                } catch (Throwable t) {
                    failures.add(t);
                }
            });
            thread.start();
            all.add(thread);
        }
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void everyPendingCallLeavesOnceWhateverEndsIt() throws InterruptedException {
        SystemClock clock = closing(new SystemClock());
        for (int round = 0; round < ROUNDS; round++) {
            RecordingTransport transport = new RecordingTransport();
            ReceiveBuffer receiveBuffer = new ReceiveBuffer(transport, 100, new ReceivedBytes(1000, List.of(), clock));
            receiveBuffer.admit(100, false);
            receiveBuffer.admit(100, false);
            PendingCalls pending = new PendingCalls(clock, receiveBuffer::addAwaited, 100);
            AtomicInteger added = new AtomicInteger();
            Map<PendingCall, Integer> left = new ConcurrentHashMap<>();
            AtomicInteger turns = new AtomicInteger();
            together(4, () -> {
                Random random = ThreadLocalRandom.current();
                List<PendingCall> mine = new ArrayList<>();
                for (int i = 0; i < 300; i++) {
                    PendingCall call = new PendingCall("f") {
                        @Override
                        void settled(Outcome onTimer) {
                            left.merge(this, 1, Integer::sum);
                        }
                    };
                    if (pending.add(call, Duration.ofNanos(random.nextInt(200_000))) == PendingCalls.Added.ADDED) {
                        added.incrementAndGet();
                        mine.add(call);
                    }
                    PendingCall other = pending.take("\"" + random.nextInt(added.get() + 1) + "\"");
                    if (other != null) {
                        left.merge(other, 1, Integer::sum);
                    }
                    PendingCall given = mine.isEmpty() ? null : mine.get(random.nextInt(mine.size()));
                    if (given != null && random.nextInt(4) == 0 && pending.remove(given)) {
                        left.merge(given, 1, Integer::sum);
                    }
                    if (turns.incrementAndGet() == 1100) {
                        pending.close().forEach(last -> left.merge(last, 1, Integer::sum));
                    }
                }
            });
            assertThat(pending.size()).isZero();
            soon().until(() -> left.size() == added.get());
            assertThat(left.values()).allMatch(times -> times == 1);
            // nobody awaits an answer any more, so the full receive buffer is shut
            soon().until(transport::isPaused);
        }
        await().until(() -> clock.size() == 0);
    }

    @Test
    void theLaneKeepsItsOrderAndForgetsNothing() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        XyEndpoint endpoint =
                endpoint(settings -> settings.timeouts(eventOrder(60_000)).limits(receiveBuffer(1 << 20, 8)));
        Map<XyPeer, AtomicInteger> events = new ConcurrentHashMap<>();
        AtomicInteger failures = new AtomicInteger();
        AtomicInteger inside = new AtomicInteger();
        endpoint.handlers().on("e", Integer.class, (i, peer) -> {
            maybeBlock();
            if (!events.computeIfAbsent(peer, key -> new AtomicInteger()).compareAndSet(i, i + 1)) {
                failures.incrementAndGet();
            }
        });
        endpoint.handlers().on("stage", (XyListener.Awaited) (name, payload, peer) -> {
            int i = payload.as(Integer.class);
            return CompletableFuture.runAsync(() -> {
                if (!events.computeIfAbsent(peer, key -> new AtomicInteger()).compareAndSet(i, i + 1)) {
                    failures.incrementAndGet();
                }
            });
        });
        endpoint.handlers().register("f", Integer.class, (seen, peer) -> {
            if (inside.incrementAndGet() > 8 * 4) {
                failures.incrementAndGet();
            }
            // all plain events before the call are over
            if (events.getOrDefault(peer, new AtomicInteger()).get() < seen) {
                failures.incrementAndGet();
            }
            maybeBlock();
            inside.decrementAndGet();
            return ThreadLocalRandom.current().nextInt(10) == 0 ? CompletableFuture.supplyAsync(() -> 1) : 1;
        });
        List<RawPeer> peers = List.of(connect(endpoint), connect(endpoint), connect(endpoint), connect(endpoint));
        int[] sent = new int[4];
        int[] past = new int[4];
        int[] calls = new int[4];
        Random random = new Random(7);
        while (System.nanoTime() < end) {
            int p = random.nextInt(4);
            for (int n = random.nextInt(20); n > 0; n--) {
                int kind = random.nextInt(10);
                if (kind == 0) {
                    peers.get(p).send(event("stage", "" + sent[p]++));
                } else if (kind < 5) {
                    peers.get(p).send(event("e", "" + sent[p]++));
                    past[p] = sent[p];
                } else {
                    peers.get(p).send(call("f", "" + past[p], "1"));
                    calls[p]++;
                }
            }
        }
        for (int p = 0; p < 4; p++) {
            int i = p;
            await().until(() -> peers.get(i).received() == calls[i]);
            await().until(() -> events.getOrDefault(peers.get(i).peer(), new AtomicInteger())
                            .get()
                    == sent[i]);
            assertThat(peers.get(p).frames())
                    .allMatch(frame -> frame.startsWith("{\"e\":\"resolve.") || frame.contains("429"));
        }
        assertThat(failures).hasValue(0);
        await().until(() -> endpoint.peers.connections().stream().allMatch(Connection::isIdle));
    }

    private static void maybeBlock() {
        int chance = ThreadLocalRandom.current().nextInt(200);
        if (chance < 2) {
            LockSupport.parkNanos(chance == 0 ? 3_000_000 : 900_000);
        }
    }

    @Test
    void theQueueToAPeerLosesNothingAndMixesNothingUp() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        XyEndpoint endpoint = endpoint(settings -> settings.limits(sendBuffer(64 << 20)));
        RawPeer peer = connect(endpoint, 2000);
        AtomicInteger names = new AtomicInteger();
        AtomicInteger sent = new AtomicInteger();
        together(4, () -> {
            String name = "t" + names.incrementAndGet();
            for (int i = 0; System.nanoTime() < end && i < 20_000; i++) {
                assertThat(peer.peer().send(name, i)).isTrue();
                sent.incrementAndGet();
                if (i % 100 == 0) {
                    Thread.yield();
                }
            }
        });
        await().atMost(Duration.ofSeconds(20)).until(() -> peer.received() == sent.get());
        Map<String, Integer> next = new ConcurrentHashMap<>();
        for (String frame : peer.frames()) {
            String name = frame.substring(8, frame.indexOf('"', 8));
            int i = Integer.parseInt(frame.substring(frame.indexOf("\"p\":") + 4, frame.length() - 1));
            assertThat(i).isEqualTo(next.getOrDefault(name, 0));
            next.put(name, i + 1);
        }
    }

    @Test
    void thePoolForgetsNoTask() {
        SystemClock clock = closing(new SystemClock());
        XyExecutor executor = closing(new XyExecutor("stress-", 16, clock));
        AtomicInteger given = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        Executor counting = task -> {
            given.incrementAndGet();
            executor.execute(() -> {
                task.run();
                done.incrementAndGet();
            });
        };
        while (System.nanoTime() < end) {
            for (int i = ThreadLocalRandom.current().nextInt(60); i > 0; i--) {
                counting.execute(StressTests::maybeBlock);
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(100_000));
        }
        await().until(() -> done.get() == given.get());
    }
}
