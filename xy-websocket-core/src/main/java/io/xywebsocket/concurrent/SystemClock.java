package io.xywebsocket.concurrent;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The system's time, with timers on one daemon thread that starts on demand.
 *
 * @since 0.1
 */
public final class SystemClock implements XyClock, AutoCloseable {

    private final ScheduledThreadPoolExecutor timers;

    public SystemClock() {
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(null, task, "xy-clock", 0, false);
            DaemonThread.prepare(thread);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Runnable task, Duration delay) {
        try {
            ScheduledFuture<?> timer =
                    timers.schedule(task, XyClock.bounded(delay).toNanos(), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    /** Returns the number of timers that are set. */
    public int size() {
        return timers.getQueue().size();
    }

    /** Accepts no more timers; the thread ends after the last one. */
    @Override
    public void close() {
        timers.shutdown();
    }
}
