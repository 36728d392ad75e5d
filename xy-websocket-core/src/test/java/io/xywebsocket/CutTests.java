package io.xywebsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** To end a connection may take a while: neither the clock, which is everybody's, nor a sender does it. Here both are the test's thread. */
class CutTests extends WithEndpoints {

    private final ManualClock clock = new ManualClock();
    private final RecordingTransport transport = new RecordingTransport();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void release() {
        transport.letGo();
        release.countDown();
    }

    private static Connection connect(XyEndpoint endpoint, Transport transport) {
        XyHandshake handshake = new XyHandshake(URI.create("/ws"), Map.of(), null);
        return (Connection) endpoint.open(transport, handshake, Map.of());
    }

    private void assertThatAWriterCuts() {
        await().until(transport::isCut);
        assertThat(transport.cutter()).startsWith("xy-writer-");
    }

    @Test
    void whoeverSendsToAPeerThatDoesNotReadCutsNobody() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock).limits(sendBuffer(1000)));
        XyPeer peer = connect(endpoint, transport).peer;
        transport.hold();
        int sent = 0;
        while (peer.send("e", "x".repeat(100))) {
            sent++;
        }
        assertThat(sent).isLessThan(10);
        assertThat(peer.isOpen()).isFalse();
        assertThatAWriterCuts();
        assertThat(endpoint.statistics().droppedPeers()).isEqualTo(1);
    }

    @Test
    void theClockCutsNobodyWhoIsDead() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        connect(endpoint, transport);
        await().until(() -> {
            clock.advance(Duration.ofSeconds(10));
            return transport.isCut();
        });
        assertThatAWriterCuts();
    }

    @Test
    void theClockCutsNobodyWhoDoesNotAnswerAClose() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        connect(endpoint, transport).peer.close();
        clock.advance(XyTimeouts.DEFAULT.send());
        assertThatAWriterCuts();
    }

    @Test
    void theClockCutsNobodyWhoIsLeftAfterAShutdown() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        connect(endpoint, transport);
        endpoint.shutdown(Duration.ZERO);
        clock.advance(Duration.ofSeconds(2));
        assertThatAWriterCuts();
    }

    @Test
    void onceTheThreadsHaveEndedTheClockCutsAllTheSame() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        transport.hold();
        connect(endpoint, transport);
        endpoint.close();
        clock.advance(XyTimeouts.DEFAULT.send());
        assertThat(transport.isCut()).isTrue();
    }

    @Test
    void aWriteWaitsForNoCutThatHasNotBegun() {
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        List<String> done = new ArrayList<>();
        Writers writers = new Writers(tasks::add, tasks::add);
        for (int i = 1; i <= 3; i++) {
            String cut = "cut " + i;
            writers.executeAside(() -> done.add(cut));
        }
        writers.execute(() -> done.add("write"));
        for (Runnable task; (task = tasks.poll()) != null; ) {
            task.run();
        }
        assertThat(done).containsExactly("cut 1", "write", "cut 2", "cut 3");
    }

    @Test
    void theClockRefusesNoCallsThatFindNoThread() {
        Queue<Runnable> writes = new ConcurrentLinkedQueue<>();
        XyEndpoint endpoint = endpoint(settings -> {
            settings.writers = new Writers(writes::add, writes::add);
            return settings.maxThreads(1).clock(clock);
        });
        CountDownLatch begun = new CountDownLatch(1);
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            begun.countDown();
            release.await();
            return 1;
        });
        Connection busy = connect(endpoint, new RecordingTransport());
        Connection waiting = connect(endpoint, transport);
        await().until(() -> busy.isIdle() && waiting.isIdle());
        busy.text(call("hang", "1"));
        await().until(() -> begun.getCount() == 0);
        for (int i = 0; i < 100; i++) {
            waiting.text(call("hang", "" + i));
        }
        clock.advance(millis(5));
        assertThat(endpoint.statistics().refusedCalls()).isZero();
        for (Runnable write; (write = writes.poll()) != null; ) {
            write.run();
        }
        assertThat(endpoint.statistics().refusedCalls()).isEqualTo(100);
        assertThat(transport.written()).hasSize(100).allMatch(frame -> frame.contains("503"));
    }

    @Test
    void theClockRefusesNoCallsBehindOneThatBlocks() {
        Queue<Runnable> writes = new ConcurrentLinkedQueue<>();
        AtomicBoolean full = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        closing(threads::shutdownNow);
        XyEndpoint endpoint = endpoint(settings -> {
            settings.writers = new Writers(writes::add, writes::add);
            return settings.clock(clock).executor(task -> {
                if (full.get()) {
                    throw new RejectedExecutionException("full");
                }
                threads.execute(task);
            });
        });
        CountDownLatch begun = new CountDownLatch(1);
        endpoint.handlers().register("hang", (name, payload, peer) -> {
            begun.countDown();
            release.await();
            return 1;
        });
        Connection busy = connect(endpoint, transport);
        await().until(busy::isIdle);
        busy.text(call("hang", "0"));
        await().until(() -> begun.getCount() == 0);
        full.set(true);
        for (int i = 1; i <= 100; i++) {
            busy.text(call("hang", "" + i));
        }
        clock.advance(millis(5));
        assertThat(endpoint.statistics().refusedCalls()).isZero();
        for (Runnable write; (write = writes.poll()) != null; ) {
            write.run();
        }
        assertThat(endpoint.statistics().refusedCalls()).isEqualTo(100);
    }

    /** A pool whose threads are all stuck refuses handlers; one that is to run them in another's place must not. */
    @Test
    void whatRunsOnTheWritersThreadsIsNotRefusedThere() {
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        XyExecutor.Refusable burst = new XyExecutor.Refusable() {
            @Override
            public void run() {}

            @Override
            public void refused() {}
        };
        new Writers(tasks::add, tasks::add).executeOther(burst);
        assertThat(tasks).singleElement().isNotInstanceOf(XyExecutor.Refusable.class);
    }
}
