package io.xywebsocket.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.engine.ManualClock;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class XyExecutorTests {

    private final SystemClock clock = new SystemClock();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private XyExecutor executor = new XyExecutor("test-", 512, clock);

    @AfterEach
    void end() {
        release.countDown();
        executor.close();
        clock.close();
    }

    private void block() {
        running.incrementAndGet();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.decrementAndGet();
        }
    }

    /** A task that may be refused. */
    private final class Call implements XyExecutor.Refusable {

        private final Runnable task;
        private final AtomicBoolean refused = new AtomicBoolean();
        private final CountDownLatch done = new CountDownLatch(1);

        Call(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            task.run();
            done.countDown();
        }

        @Override
        public void refused() {
            refused.set(true);
        }
    }

    @Test
    void startsSmallAndStaysSmallWhileNobodyBlocks() {
        AtomicInteger done = new AtomicInteger();
        assertThat(executor.size()).isZero();
        for (int i = 0; i < 20_000; i++) {
            executor.execute(done::incrementAndGet);
        }
        await().until(() -> done.get() == 20_000);
        assertThat(executor.size())
                .isLessThanOrEqualTo(Math.max(2, Runtime.getRuntime().availableProcessors()) + 20);
    }

    /** What a task finds that is started from a thread with a login, or whatever else it hands down. */
    private static String inherited(Consumer<Runnable> start) throws Exception {
        InheritableThreadLocal<String> login = new InheritableThreadLocal<>();
        CompletableFuture<String> found = new CompletableFuture<>();
        ClassLoader loader = new URLClassLoader(new URL[0]);
        Thread starter = new Thread(() -> {
            login.set("ada");
            start.accept(() ->
                    found.complete(login.get() + " " + (Thread.currentThread().getContextClassLoader() == loader)));
        });
        starter.setContextClassLoader(loader);
        starter.start();
        return found.get(10, TimeUnit.SECONDS);
    }

    @Test
    void itsThreadsInheritTheClassLoaderButNoThreadLocalsOfWhoeverStartsThem() throws Exception {
        assertThat(inherited(executor::execute)).isEqualTo("null true");
    }

    @Test
    void theClocksThreadInheritsTheClassLoaderButNoThreadLocalsOfWhoeverStartsIt() throws Exception {
        assertThat(inherited(task -> clock.schedule(task, Duration.ZERO))).isEqualTo("null true");
    }

    @Test
    void growsWhenItsThreadsAreBlockedWhateverTheyWaitFor() {
        for (int i = 0; i < 100; i++) {
            executor.execute(this::block);
        }
        await().until(() -> running.get() == 100);
        CountDownLatch done = new CountDownLatch(1);
        executor.execute(done::countDown);
        await().until(() -> done.getCount() == 0);
        assertThat(executor.size()).isBetween(101, 110);
    }

    @Test
    void atItsMaximumRefusesCallsAndRunsEverythingElse() {
        executor = new XyExecutor("test-", 4, clock);
        for (int i = 0; i < 4; i++) {
            executor.execute(new Call(this::block));
        }
        await().until(() -> running.get() == 4);
        Call waiting = new Call(() -> {});
        executor.execute(waiting);
        await().until(waiting.refused::get);
        assertThatThrownBy(() -> executor.execute(new Call(() -> {}))).isInstanceOf(RejectedExecutionException.class);

        for (int i = 0; i < 10; i++) {
            executor.execute(this::block);
        }
        await().until(() -> running.get() == 14);
        release.countDown();
        await().until(() -> running.get() == 0);
        Call next = new Call(() -> {});
        executor.execute(next);
        await().until(() -> next.done.getCount() == 0);
    }

    @Test
    void takesCallsAgainOnceAThreadIsFree() throws Exception {
        executor = new XyExecutor("test-", 2, clock);
        executor.execute(this::block);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        int refused = 0;
        while (System.nanoTime() < end) {
            // as long as it takes a tick to find a thread stuck: some find the pool full, and some a thread that has
            // just got free
            Call slow = new Call(() -> LockSupport.parkNanos(1_500_000));
            try {
                executor.execute(slow);
                executor.execute(new Call(() -> {}));
            } catch (RejectedExecutionException full) {
                refused++;
            }
            await().pollInterval(1, TimeUnit.MILLISECONDS)
                    .atMost(5, TimeUnit.SECONDS)
                    .until(() -> {
                        Call next = new Call(() -> {});
                        try {
                            executor.execute(next);
                        } catch (RejectedExecutionException notYet) {
                            return false;
                        }
                        return next.done.await(2, TimeUnit.MILLISECONDS);
                    });
        }
        assertThat(refused).isLessThan(1000);
    }

    @Test
    void aTasksLeftoverInterruptIsNotTheNextOnes() throws Exception {
        executor = new XyExecutor("test-", 1, clock);
        executor.execute(() -> {
            block();
            Thread.currentThread().interrupt();
        });
        AtomicBoolean interrupted = new AtomicBoolean(true);
        CountDownLatch done = new CountDownLatch(1);
        executor.execute(() -> {
            interrupted.set(Thread.currentThread().isInterrupted());
            done.countDown();
        });
        release.countDown();
        assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted).isFalse();
    }

    @Test
    void aTaskThatThrowsCostsNoThread() {
        executor = new XyExecutor("test-", 1, clock);
        AtomicInteger done = new AtomicInteger();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {});
        try {
            for (int i = 0; i < 10; i++) {
                executor.execute(() -> {
                    done.incrementAndGet();
                    throw new StackOverflowError();
                });
            }
            await().dontCatchUncaughtExceptions().until(() -> done.get() == 10);
            assertThat(executor.size()).isEqualTo(1);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void onCloseDropsCallsRunsTheRestAndEndsItsThreads() {
        // its watch never looks: it would add a thread for the call, as both threads are stuck in other tasks
        executor = new XyExecutor("ending-", 2, new ManualClock());
        AtomicInteger interrupted = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            executor.execute(() -> {
                running.incrementAndGet();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                }
            });
        }
        await().until(() -> running.get() == 2);
        AtomicInteger late = new AtomicInteger();
        executor.execute(new Call(() -> late.addAndGet(100)));
        // the other way round, a thread that is added for this one might take the call, too
        executor.execute(late::incrementAndGet);
        executor.close();
        await().until(() -> late.get() == 1 && interrupted.get() == 2);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("ending-")));
        assertThat(executor.size()).isZero();
        assertThat(late).hasValue(1);
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    /** However its threads fall asleep and are called: with three tasks that block meanwhile and take their threads with them. */
    @Test
    void noTaskIsOverlooked() throws Exception {
        List<Thread> callers = new ArrayList<>();
        Queue<String> overlooked = new ConcurrentLinkedQueue<>();
        AtomicInteger done = new AtomicInteger();
        for (int caller = 0; caller < 3; caller++) {
            callers.add(new Thread(() -> {
                for (int i = 0; i < 20_000 && overlooked.isEmpty(); i++) {
                    CountDownLatch finished = new CountDownLatch(1);
                    executor.execute(() -> {
                        done.incrementAndGet();
                        finished.countDown();
                    });
                    if (i % 5_000 == 2_500) {
                        executor.execute(this::block);
                    }
                    try {
                        if (!finished.await(5, TimeUnit.SECONDS)) {
                            overlooked.add("task " + i);
                        }
                    } catch (InterruptedException e) {
                        overlooked.add("interrupted");
                    }
                }
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(overlooked).isEmpty();
        assertThat(done).hasValue(60_000);
    }
}
