package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** A clock that stands still until a test moves it. Thread-safe; timers run on the thread that moves it. */
public final class ManualClock implements XyClock {

    private record Due(long at, long order, Runnable task) {}

    // guarded by this
    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
    private long now;
    private long scheduled;

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized Timer schedule(Runnable task, Duration delay) {
        return scheduleAt(task, now + delay.toNanos());
    }

    @Override
    public synchronized Timer scheduleAt(Runnable task, long moment) {
        Due due = new Due(Math.max(now, moment), scheduled++, task);
        timers.add(due);
        return () -> cancel(due);
    }

    private synchronized void cancel(Due due) {
        timers.remove(due);
    }

    /** How many timers are set. */
    public synchronized int size() {
        return timers.size();
    }

    /** Moves the time on and runs what becomes due, each at its own time. */
    public void advance(Duration by) {
        long end = nanoTime() + by.toNanos();
        for (Due due; (due = takeDue(end)) != null; ) {
            due.task().run();
        }
    }

    private synchronized @Nullable Due takeDue(long end) {
        Due next = timers.peek();
        if (next == null || next.at() > end) {
            now = end;
            return null;
        }
        now = Math.max(now, next.at());
        return timers.poll();
    }
}
