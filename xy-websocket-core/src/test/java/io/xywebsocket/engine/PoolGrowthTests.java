package io.xywebsocket.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xywebsocket.concurrent.XyExecutor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the pool of threads grows, and when it takes itself for full: by a clock that the tests move. */
class PoolGrowthTests extends WithEndpoints {

    private final ManualClock clock = new ManualClock();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void release() {
        release.countDown();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Call(Runnable handler, AtomicBoolean begun, AtomicBoolean isRefused)
            implements XyExecutor.Refusable {

        Call() {
            this(() -> {});
        }

        Call(Runnable handler) {
            this(handler, new AtomicBoolean(), new AtomicBoolean());
        }

        @Override
        public void run() {
            begun.set(true);
            handler.run();
        }

        @Override
        public void refused() {
            isRefused.set(true);
        }
    }

    @Test
    void aThreadThatGetsOnWithinItsTaskWillSoonTakeCalls() throws Exception {
        XyExecutor pool = closing(new XyExecutor("test-", 1, clock));
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Call next = new Call();
        AtomicBoolean refused = new AtomicBoolean();
        pool.execute(new Call(() -> {
            stuck.countDown();
            awaitLatch(goOn);
            XyExecutor.noteProgress();
            try {
                pool.execute(next);
            } catch (RejectedExecutionException full) {
                refused.set(true);
            }
        }));
        stuck.await();
        Call waiting = new Call();
        pool.execute(waiting);
        clock.advance(millis(20));
        assertThat(waiting.isRefused()).isTrue();
        goOn.countDown();
        await().until(() -> next.begun().get() || refused.get());
        assertThat(refused).isFalse();
    }

    /** However often its only thread has been seen stuck before, in other tasks. */
    @Test
    void aPoolAtItsMaximumThatGetsOnRefusesNothing() {
        XyExecutor pool = closing(new XyExecutor("test-", 1, clock));
        CountDownLatch end = new CountDownLatch(1);
        Call running = new Call(awaiting(end));
        pool.execute(running);
        for (int i = 0; i < 20; i++) {
            await().until(running.begun()::get);
            CountDownLatch nextEnd = new CountDownLatch(1);
            Call next = new Call(awaiting(nextEnd));
            pool.execute(next);
            clock.advance(millis(5)); // the thread is stuck, but not for long enough
            assertThat(next.isRefused()).isFalse();
            end.countDown();
            await().until(next.begun()::get);
            clock.advance(millis(1)); // it got on, and nothing waits
            end = nextEnd;
            running = next;
        }
        end.countDown();
    }

    private static Runnable awaiting(CountDownLatch latch) {
        return () -> awaitLatch(latch);
    }
}
