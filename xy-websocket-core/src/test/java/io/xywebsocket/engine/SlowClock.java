package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The machine's time at a tenth of its pace: for tests of what is waited for, but for a second at most, on machines that may keep a
 * thread waiting for that long. Thread-safe.
 */
public final class SlowClock implements XyClock, AutoCloseable {

    private static final int TIMES = 10;

    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "slow-clock");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public long nanoTime() {
        return System.nanoTime() / TIMES;
    }

    @Override
    public Timer schedule(Runnable task, Duration delay) {
        try {
            ScheduledFuture<?> timer = timers.schedule(task, delay.toNanos() * TIMES, TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }
}
