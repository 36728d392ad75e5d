package io.xywebsocket.test;

import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until a test moves it: for call timeouts, heartbeats and all other deadlines of an endpoint, which
 * {@link io.xywebsocket.engine.XyEndpointBuilder#clock} gives it to. Thread-safe.
 *
 * <p>Handlers run on real threads, so some things stay in real time. What the endpoint watches those threads with, delays of at
 * most 20 ms, runs by itself. And {@link #advance} lets what is on its way to and from {@link XyTestPeers} and {@link XyTestServers} arrive before it
 * goes on: a ping has its answer before the deadline of the heartbeat comes, as it has in real life. It doesn't wait for
 * handlers: a test that wants to see what one does about a timeout awaits that, and then moves the time again.
 *
 * @since 0.1
 */
public final class XyTestClock implements XyClock {

    private static final Duration REAL = Duration.ofMillis(20);

    private record Due(long at, long order, Runnable task) {}

    private final Set<Runnable> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor ticks;
    private final Object advancing = new Object();

    // guarded by this
    private final TreeSet<Due> timers =
            new TreeSet<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
    private long now;
    private long scheduled;

    /** A clock at some moment. */
    public XyTestClock() {
        ticks = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "xy-test-clock");
            thread.setDaemon(true);
            return thread;
        });
        ticks.setRemoveOnCancelPolicy(true);
        ticks.setKeepAliveTime(1, TimeUnit.SECONDS);
        ticks.allowCoreThreadTimeOut(true);
    }

    /**
     * Moves the time on. Timers that become due run on this thread, each at its own moment, and those that they set too.
     *
     * @throws IllegalStateException if what is on its way to or from the peers doesn't arrive within 10 s of real time
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time doesn't go back, not even by " + by);
        }
        synchronized (advancing) {
            long end = nanoTime() + by.toNanos();
            watched.forEach(Runnable::run);
            while (startNext(end)) {
                for (Due due; (due = takeDue()) != null; ) {
                    due.task().run();
                }
                watched.forEach(Runnable::run);
            }
        }
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public Timer schedule(Runnable task, Duration delay) {
        if (delay.compareTo(REAL) <= 0) {
            ScheduledFuture<?> tick = ticks.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> tick.cancel(false);
        }
        synchronized (this) {
            return add(task, now + delay.toNanos());
        }
    }

    @Override
    public Timer scheduleAt(Runnable task, long moment) {
        synchronized (this) {
            if (moment > now) {
                return add(task, moment);
            }
        }
        return schedule(task, Duration.ZERO);
    }

    private Timer add(Runnable task, long moment) {
        Due due = new Due(moment, scheduled++, task);
        timers.add(due);
        return () -> cancel(due);
    }

    private synchronized void cancel(Due due) {
        timers.remove(due);
    }

    /** Moves to the next moment at which something is due; false, and at the end, if there is none before it. */
    private synchronized boolean startNext(long end) {
        boolean found = !timers.isEmpty() && timers.first().at() <= end;
        now = found ? Math.max(now, timers.first().at()) : end;
        return found;
    }

    private synchronized @Nullable Due takeDue() {
        return timers.isEmpty() || timers.first().at() > now ? null : timers.pollFirst();
    }

    /** @param letArrive waits until what is on its way has arrived; advancing runs it */
    void watch(Runnable letArrive) {
        watched.add(letArrive);
    }

    void unwatch(Runnable letArrive) {
        watched.remove(letArrive);
    }
}
