package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyTimeouts;
import io.xywebsocket.concurrent.Writers;
import io.xywebsocket.concurrent.XyExecutor;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.time.Duration;
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

/** Who is cut, and by whom: whoever finds it due, as it takes no time. What does take a while isn't done by the clock, here the test's thread. */
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
        XyHandshake handshake = XyHandshake.builder(URI.create("/ws")).build();
        return (Connection) endpoint.open(transport, handshake, Map.of());
    }

    @Test
    void whoeverSendsTooMuchToAPeerThatDoesNotReadCutsIt() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock).limits(sendBuffer(1000)));
        XyPeer peer = connect(endpoint, transport).peer;
        transport.hold();
        int sent = 0;
        while (peer.send("e", "x".repeat(100))) {
            sent++;
        }
        assertThat(sent).isLessThan(10);
        assertThat(peer.isOpen()).isFalse();
        assertThat(transport.isCut()).isTrue();
        assertThat(endpoint.statistics().droppedPeers()).isEqualTo(1);
    }

    @Test
    void theClockCutsWhoeverIsDead() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        connect(endpoint, transport);
        await().until(() -> {
            clock.advance(Duration.ofSeconds(10));
            return transport.isCut();
        });
    }

    @Test
    void theClockCutsWhoeverDoesNotAnswerAClose() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        connect(endpoint, transport).peer.close();
        clock.advance(XyTimeouts.DEFAULT.send());
        assertThat(transport.isCut()).isTrue();
    }

    @Test
    void theClockCutsWhoeverIsLeftAfterAShutdown() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock));
        connect(endpoint, transport);
        endpoint.shutdown(Duration.ZERO);
        clock.advance(Duration.ofSeconds(2));
        assertThat(transport.isCut()).isTrue();
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
    void theClockRefusesNoCallsThatFindNoThread() {
        Queue<Runnable> writes = new ConcurrentLinkedQueue<>();
        XyEndpoint endpoint = endpoint(settings -> {
            settings.writers = new Writers(writes::add);
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
        text(busy, call("hang", "1"));
        await().until(() -> begun.getCount() == 0);
        for (int i = 0; i < 100; i++) {
            text(waiting, call("hang", "" + i));
        }
        clock.advance(millis(20));
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
            settings.writers = new Writers(writes::add);
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
        text(busy, call("hang", "0"));
        await().until(() -> begun.getCount() == 0);
        full.set(true);
        for (int i = 1; i <= 100; i++) {
            text(busy, call("hang", "" + i));
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
        XyExecutor.Refusable run = new XyExecutor.Refusable() {
            @Override
            public void run() {}

            @Override
            public void refused() {}
        };
        new Writers(tasks::add).executeOther(run);
        assertThat(tasks).singleElement().isNotInstanceOf(XyExecutor.Refusable.class);
    }
}
