package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.concurrent.Writers;
import io.xywebsocket.concurrent.XyExecutor;
import io.xywebsocket.transport.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What fails for want of memory, or of a stack, fails once: afterwards things go on. */
class LackOfMemoryTests extends WithEndpoints {

    private static final int PARALLELISM = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final ManualClock time = new ManualClock();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean failing;

    /** The manual clock, which at times can't set a timer. */
    private final XyClock clock = new XyClock() {
        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public Timer schedule(Runnable task, Duration delay) {
            failIfWanted();
            return time.schedule(task, delay);
        }
    };

    @AfterEach
    void release() {
        failing = false;
        release.countDown();
    }

    private void failIfWanted() {
        if (failing) {
            throw new OutOfMemoryError("as the test wants it");
        }
    }

    private void block() {
        running.incrementAndGet();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private XyExecutor pool(int maxThreads) {
        return closing(new XyExecutor("test-", maxThreads, clock));
    }

    private XyExecutor poolWithoutAFreeThread() {
        XyExecutor pool = pool(512);
        for (int i = 1; i <= PARALLELISM; i++) {
            int blocked = i;
            pool.execute(this::block);
            await().until(() -> running.get() == blocked);
        }
        return pool;
    }

    private void awaitDone(int tasks) {
        await().until(() -> {
            time.advance(millis(1));
            return done.get() == tasks;
        });
    }

    @Test
    void aPoolGrowsThoughItCouldNotBeWatchedOnce() {
        XyExecutor pool = poolWithoutAFreeThread();
        failing = true;
        assertThatThrownBy(() -> pool.execute(done::incrementAndGet)).isInstanceOf(OutOfMemoryError.class);
        failing = false;
        pool.execute(done::incrementAndGet);
        awaitDone(1); // and not what its sender was told has failed
    }

    @Test
    void aPoolIsWatchedAgainThoughALookAtItFailed() {
        XyExecutor pool = poolWithoutAFreeThread();
        pool.execute(this::block);
        failing = true;
        assertThat(catchThrowable(() -> time.advance(millis(1)))).isInstanceOf(OutOfMemoryError.class);
        failing = false;
        pool.execute(done::incrementAndGet);
        awaitDone(1);
    }

    @Test
    void aTaskIsRunThoughNoThreadCouldBeCalledForTheNext() {
        XyExecutor pool = pool(1);
        pool.execute(this::block);
        await().until(() -> running.get() == 1);
        pool.execute(done::incrementAndGet);
        pool.execute(done::incrementAndGet);
        failing = true;
        assertThat(catchThrowable(() -> time.advance(millis(1)))).isInstanceOf(OutOfMemoryError.class);
        release.countDown();
        await().until(() -> done.get() == 2);
    }

    @Test
    void aThreadThatCouldNotBeMadeIsNotCounted() throws Exception {
        XyExecutor pool = pool(1);
        Thread starter = new Thread(() -> pool.execute(done::incrementAndGet)) {
            @Override
            public ClassLoader getContextClassLoader() {
                failIfWanted();
                return super.getContextClassLoader();
            }
        };
        starter.setUncaughtExceptionHandler((thread, error) -> {});
        failing = true;
        starter.start();
        starter.join();
        failing = false;
        assertThat(pool.size()).isZero();
        pool.execute(done::incrementAndGet);
        awaitDone(1);
    }

    @Test
    void aWriteIsMadeThoughNoThreadCouldBeCalledForIt() {
        List<Runnable> called = new ArrayList<>();
        Writers writers = new Writers(task -> {
            failIfWanted();
            called.add(task);
        });
        failing = true;
        writers.execute(done::incrementAndGet);
        assertThat(done).hasValue(1);
        failing = false;
        writers.execute(done::incrementAndGet);
        called.get(0).run();
        assertThat(done).hasValue(2);
    }

    @Test
    void writesAreMadeThoughTheirWriterFindsNobodyWhoGoesOnForIt() {
        List<Runnable> called = new ArrayList<>();
        Writers writers = new Writers(task -> {
            failIfWanted();
            called.add(task);
        });
        for (int i = 0; i < 200; i++) {
            writers.execute(done::incrementAndGet);
        }
        failing = true;
        called.remove(0).run();
        assertThat(done).hasValue(200);
        failing = false;
        called.forEach(Runnable::run);
        called.clear();
        writers.execute(done::incrementAndGet);
        assertThat(called).hasSize(1);
    }

    private static final class Stuck extends WatchedRun {

        private int checks;

        @Override
        boolean check() {
            checks++;
            return false;
        }
    }

    @Test
    void drainRunsAreWatchedThoughTheWatchCouldNotBeginOnce() {
        DrainWatch watch = new DrainWatch(clock);
        Stuck first = new Stuck();
        Stuck second = new Stuck();
        failing = true;
        assertThatThrownBy(() -> watch.arm(first)).isInstanceOf(OutOfMemoryError.class);
        failing = false;
        watch.arm(second);
        time.advance(millis(1));
        assertThat(List.of(first.checks, second.checks)).containsOnly(1);
    }

    private RecordingTransport connected(XyEndpoint endpoint) {
        RecordingTransport transport = new RecordingTransport();
        XyHandshake handshake = XyHandshake.builder(URI.create("/ws")).build();
        assertThat(
                        catchThrowable(() -> {
                                    Transport.Receiver receiver = endpoint.open(transport, handshake, Map.of());
                                    assertThat(receiver).isNotNull();
                                })
                                instanceof OutOfMemoryError)
                .isEqualTo(failing);
        return transport;
    }

    @Test
    void peersArePingedThoughTheirChecksCouldNotBeginOnceOrGoOn() {
        XyEndpoint endpoint = endpoint(settings -> settings.clock(clock).executor(Runnable::run));
        failing = true;
        RecordingTransport first = connected(endpoint);
        failing = false;
        RecordingTransport second = connected(endpoint);
        failing = true;
        assertThat(catchThrowable(() -> time.advance(Duration.ofSeconds(1)))).isInstanceOf(OutOfMemoryError.class);
        failing = false;
        RecordingTransport third = connected(endpoint);
        time.advance(Duration.ofSeconds(31));
        await().until(() -> first.pings() == 1 && second.pings() == 1 && third.pings() == 1);
    }
}
