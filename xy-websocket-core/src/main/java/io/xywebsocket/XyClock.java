package io.xywebsocket;

import java.time.Duration;

/** Time and timers: the one source of both for an endpoint, so that a test can replace it. Thread-safe. */
public interface XyClock {

    /** A timer that has been set. */
    @FunctionalInterface
    interface Timer {
        /** Stops the timer; nothing of it is retained. After it has run this does nothing. */
        void cancel();
    }

    /**
     * As long as that, a hundred years at most: "for ever" is more than can be counted in nanoseconds, or added to a time in them.
     */
    static Duration bounded(Duration duration) {
        Duration longest = Duration.ofDays(36_525);
        return duration.compareTo(longest) < 0 ? duration : longest;
    }

    /** Nanoseconds since some fixed moment, never going back; as {@link System#nanoTime}. */
    long nanoTime();

    /**
     * Runs a task once.
     *
     * @param task  something short that doesn't block; runs on the clock's thread
     * @param delay how long from now
     */
    Timer schedule(Runnable task, Duration delay);

    /**
     * Runs a task once, at a moment that is known already. A delay would have to be worked out first, and a clock that is moved
     * in between would let the task come late by as much.
     *
     * @param task   something short that doesn't block; runs on the clock's thread
     * @param moment in {@link #nanoTime}; one that has passed is now
     */
    default Timer scheduleAt(Runnable task, long moment) {
        return schedule(task, Duration.ofNanos(Math.max(0, moment - nanoTime())));
    }
}
