package io.xywebsocket;

import java.time.Duration;

/**
 * Time and timers of an endpoint; tests can replace it. Thread-safe.
 *
 * @since 0.1
 */
public interface XyClock {

    /** A timer that has been set. */
    @FunctionalInterface
    interface Timer {
        /** Cancels the timer and releases its task. Does nothing after the timer has run. */
        void cancel();
    }

    /** Limits a duration to a hundred years, as longer ones overflow nanoseconds. */
    static Duration bounded(Duration duration) {
        Duration longest = Duration.ofDays(36_525);
        return duration.compareTo(longest) < 0 ? duration : longest;
    }

    /** Returns nanoseconds since a fixed moment, monotonic as {@link System#nanoTime}. */
    long nanoTime();

    /**
     * Runs a task once.
     *
     * @param task  a short, non-blocking task; runs on the clock's thread
     * @param delay the delay from now
     */
    Timer schedule(Runnable task, Duration delay);

    /**
     * Runs a task once, at a known moment. Unlike with a delay, the task isn't late if the clock advances in between.
     *
     * @param task   a short, non-blocking task; runs on the clock's thread
     * @param moment in {@link #nanoTime}; a past one means now
     */
    default Timer scheduleAt(Runnable task, long moment) {
        return schedule(task, Duration.ofNanos(Math.max(0, moment - nanoTime())));
    }
}
