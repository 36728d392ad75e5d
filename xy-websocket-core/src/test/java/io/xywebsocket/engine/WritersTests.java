package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.concurrent.Writers;
import io.xywebsocket.concurrent.XyExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Few threads that write to many peers. */
class WritersTests extends WithEndpoints {

    private static final int PARALLELISM = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final Queue<Runnable> called = new ArrayDeque<>();
    private final List<Integer> done = new ArrayList<>();
    private final Writers writers = new Writers(called::add);

    private void write(int number) {
        writers.execute(() -> done.add(number));
    }

    @Test
    void manyJobsTakeFewTasks() {
        for (int i = 0; i < 50; i++) {
            write(i);
        }
        assertThat(called).hasSize(PARALLELISM);
        called.remove().run();
        assertThat(done).isEqualTo(IntStream.range(0, 50).boxed().toList());
        called.forEach(Runnable::run);
        called.clear();
        write(50);
        assertThat(called).hasSize(1);
        called.remove().run();
        assertThat(done).hasSize(51);
    }

    @Test
    void aThreadGivesWayToOtherTasksOfThePool() {
        for (int i = 0; i < 500; i++) {
            write(i);
        }
        writers.executeOther(() -> done.add(-1));
        called.remove().run();
        assertThat(done).hasSizeLessThan(500);
        while (!called.isEmpty()) {
            called.remove().run();
        }
        assertThat(done).hasSize(501);
        assertThat(done.indexOf(-1)).isLessThan(500);
    }

    @Test
    void aJobThatFailsTakesNoOtherWithIt() {
        writers.execute(() -> {
            throw new StackOverflowError("as the test wants it");
        });
        write(1);
        called.remove().run();
        assertThat(done).containsExactly(1);
    }

    @Test
    void onceThePoolIsClosedWhoeverWantsAJobDoneDoesIt() {
        Writers closed = new Writers(task -> {
            throw new RejectedExecutionException("closed");
        });
        Thread[] ran = new Thread[1];
        closed.execute(() -> ran[0] = Thread.currentThread());
        assertThat(ran[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void noJobIsForgottenWhileThreadsComeAndGo() throws InterruptedException {
        XyExecutor pool = closing(new XyExecutor("test-", 4, new ManualClock()));
        Writers busy = new Writers(pool);
        AtomicInteger all = new AtomicInteger();
        StressTests.together(4, () -> {
            for (int i = 0; i < 20_000; i++) {
                busy.execute(all::incrementAndGet);
                if (i % 64 == 0) {
                    Thread.yield();
                }
            }
        });
        await().until(() -> all.get() == 80_000);
        assertThat(pool.size()).isLessThanOrEqualTo(PARALLELISM);
    }

    @Test
    void aJobThatComesWhenTheThreadIsAboutToEndIsNotForgotten() {
        ExecutorService pool = Executors.newCachedThreadPool();
        closing(pool::shutdownNow);
        Writers one = new Writers(pool, 1);
        AtomicInteger all = new AtomicInteger();
        for (int i = 1; i <= 150_000; i++) {
            one.execute(all::incrementAndGet);
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (all.get() < i) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("job " + i + " is forgotten");
                }
                Thread.onSpinWait();
            }
            for (int spin = 0; spin < i % 40; spin++) {
                Thread.onSpinWait(); // so that the next one comes at every moment of the thread's end
            }
        }
    }

    @Test
    void whatWasAddedBeforeThePoolWasClosedIsDone() {
        for (int round = 0; round < 200; round++) {
            XyExecutor pool = new XyExecutor("test-", 4, new ManualClock());
            Writers busy = new Writers(pool);
            AtomicInteger all = new AtomicInteger();
            for (int i = 0; i < 200; i++) {
                busy.execute(all::incrementAndGet);
            }
            pool.close();
            busy.execute(all::incrementAndGet);
            await().pollInterval(millis(1)).until(() -> all.get() == 201 && pool.size() == 0);
        }
    }
}
