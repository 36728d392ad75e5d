package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import org.jspecify.annotations.Nullable;

/**
 * The only timer for the deadlines of many calls, set to the first of them. Calls that end before don't change it, as a timer for each
 * call would cost too much. Not thread-safe: its owner guards it.
 */
final class DeadlineTimer {

    /** Nanoseconds between two scans, so that ten thousand deadlines don't cause as many scans. */
    private static final long GRANULARITY = 1_000_000;

    /** The same for each call, so that scans take at most a thousandth of the clock's time. */
    private static final long GRANULARITY_PER_CALL = 10_000;

    private final XyClock clock;
    private final Runnable scan;
    private XyClock.@Nullable Timer timer;
    private long at;

    /** @param scan looks for calls whose time is over; runs on the clock's thread, without the owner's lock */
    DeadlineTimer(XyClock clock, Runnable scan) {
        this.clock = clock;
        this.scan = scan;
    }

    /** How long after a scan of so many calls the next one may follow, in nanoseconds. */
    static long granularity(int calls) {
        return Math.max(GRANULARITY, calls * GRANULARITY_PER_CALL);
    }

    /** Scans at this time at the latest. */
    void scanAt(long time) {
        if (timer == null || time - at < 0) {
            cancel();
            at = time;
            timer = clock.scheduleAt(scan, time);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
