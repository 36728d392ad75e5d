package io.xywebsocket;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The machine's time, with timers on one daemon thread that starts with the first of them. */
final class SystemClock implements XyClock, AutoCloseable {

    private final ScheduledThreadPoolExecutor timers;

    SystemClock() {
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(null, task, "xy-clock", 0, false);
            OwnThread.prepare(thread);
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

    /** How many timers are set. */
    int size() {
        return timers.getQueue().size();
    }

    /** Takes no more timers; the thread ends with the last one that is set. */
    @Override
    public void close() {
        timers.shutdown();
    }
}
