package io.xywebsocket.concurrent;

import io.xywebsocket.XyClock;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of daemon threads for handlers that may block. It starts small and grows while tasks wait and its threads have
 * made no progress for about a millisecond. Threads that are idle for 30 seconds end. Thread-safe.
 *
 * <p>Once all threads are stuck at the maximum, new calls of an endpoint are refused. For other tasks the pool grows
 * on.
 *
 * @since 0.1
 */
public final class XyExecutor implements Executor, AutoCloseable {

    /** A task that should be refused rather than wait for a thread indefinitely. */
    public interface Refusable extends Runnable {
        void refused();
    }

    private static final Logger log = LoggerFactory.getLogger(XyExecutor.class);

    private static final Duration TICK = Duration.ofMillis(1);

    /** A pool that may not grow refuses nothing because the machine has put its threads aside for some milliseconds. */
    private static final int CHECKS_BEFORE_REFUSAL = 10;

    private final String name;
    private final int parallelism;
    private final int maxThreads;
    private final PeriodicCheck checks;

    /** Shares the threads among the peers of all endpoints that use this pool. */
    public final FairShare share;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Set<PoolThread> workers = ConcurrentHashMap.newKeySet();
    private final IdleThreads idle = new IdleThreads(tasks);
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private volatile boolean saturated;
    private volatile int currentMax;
    private volatile boolean closed;

    // of the watch
    private int checksWithAllStuck;

    /**
     * @param name       the prefix of thread names
     * @param maxThreads the number of threads beyond which new calls are refused
     * @param clock      for the checks of its threads
     */
    public XyExecutor(String name, int maxThreads, XyClock clock) {
        this.name = name;
        this.parallelism = Math.min(maxThreads, Math.max(2, Runtime.getRuntime().availableProcessors()));
        this.maxThreads = maxThreads;
        this.currentMax = maxThreads;
        this.share = new FairShare(() -> maxThreads);
        this.checks = new PeriodicCheck(clock, TICK, this::check, () -> !closed && !tasks.isEmpty());
    }

    /** @throws RejectedExecutionException after {@link #close}, and for calls while the pool is stuck at its maximum */
    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException(name + " is closed");
        } else if (task instanceof Refusable && isSaturated()) {
            throw new RejectedExecutionException(name + " is at its maximum of " + maxThreads + " threads");
        }
        tasks.add(task);
        try {
            callThread();
        } catch (Throwable t) {
            if (tasks.remove(task)) { // otherwise a thread has taken it
                throw t;
            }
        }
    }

    private void callThread() {
        if (!idle.call() && !addThread(parallelism)) {
            watch();
        }
    }

    /** Returns whether tasks have to be refused. Idle threads, or room for one, override the last check. */
    private boolean isSaturated() {
        return saturated && idle.isEmpty() && threads.get() >= currentMax;
    }

    /** Returns the number of threads. */
    public int size() {
        return threads.get();
    }

    /**
     * Interrupts the threads, which end after their tasks. Waiting calls and events are discarded; other tasks still
     * run.
     */
    @Override
    public void close() {
        closed = true;
        idle.close();
        tasks.removeIf(Refusable.class::isInstance);
        workers.forEach(PoolThread::end);
        if (!tasks.isEmpty()) {
            addThread(Integer.MAX_VALUE);
        }
    }

    /** Adds a thread up to a maximum, if the system can start one. */
    private boolean addThread(int atMost) {
        if (threads.getAndUpdate(now -> now < atMost ? now + 1 : now) >= atMost) {
            return false;
        }
        PoolThread worker = null;
        try {
            worker = new PoolThread(this, name + started.incrementAndGet());
            workers.add(worker);
            worker.start();
            return true;
        } catch (Throwable t) { // mostly OutOfMemoryError, or StackOverflowError of the caller
            if (worker != null) {
                workers.remove(worker);
            }
            threads.decrementAndGet();
            if (!saturated) {
                LogText.quietly(() ->
                        log.error("{} could not start a thread beside its {}", name, threads.get(), LogText.of(t)));
            }
            return false;
        }
    }

    private void watch() {
        if (!closed) {
            checks.start();
        }
    }

    private void check() {
        int stuck = 0;
        int stuckUnrefusable = 0;
        for (PoolThread worker : workers) {
            if (worker.stuckSinceLastTick()) {
                stuck++;
                if (!worker.isRefusable()) {
                    stuckUnrefusable++; // stages always get threads, which don't count for calls
                }
            }
        }
        currentMax = (int) Math.min(Integer.MAX_VALUE, (long) maxThreads + stuckUnrefusable);
        if (threads.get() > stuck) {
            checksWithAllStuck = 0;
        }
        if (tasks.isEmpty()) {
            return;
        }
        idle.call();
        int missing = parallelism - (threads.get() - stuck);
        while (missing > 0 && addThread(currentMax)) {
            missing--;
        }
        if (threads.get() > stuck) {
            return;
        }
        if (++checksWithAllStuck >= CHECKS_BEFORE_REFUSAL) {
            refuseWaiting();
        } else if (!(tasks.peek() instanceof Refusable)) {
            addThread(Integer.MAX_VALUE);
        }
    }

    /** Refuses waiting calls, as all threads are stuck at the maximum. Other tasks still get a thread. */
    private void refuseWaiting() {
        saturated = true;
        List<Refusable> refused = new ArrayList<>();
        Queue<Runnable> kept = new ArrayDeque<>();
        for (Runnable task; (task = tasks.poll()) != null; ) {
            if (task instanceof Refusable refusable) {
                refused.add(refusable);
            } else {
                kept.add(task);
            }
        }
        tasks.addAll(kept);
        if (!kept.isEmpty()) {
            addThread(Integer.MAX_VALUE);
        }
        refused.forEach(this::refuse);
    }

    private void refuse(Refusable task) {
        try {
            task.refused();
        } catch (Throwable t) {
            // the other tasks must still be refused
            LogText.quietly(() -> log.error("{} could not refuse a task", name, LogText.of(t)));
        }
    }

    // ---- for the threads of the pool

    /** Returns the next task of a thread; null if the thread is to end. */
    @Nullable
    public Runnable nextTask(IdleThreads.IdleThread idleThread) {
        Runnable task = idle.await(idleThread);
        idle.onAwake(idleThread);
        if (!tasks.isEmpty()) {
            try {
                callThread();
            } catch (Throwable t) { // the first task must still run
                LogText.quietly(() -> log.error("{} could not call a thread for a second task", name, LogText.of(t)));
            }
        }
        return task;
    }

    /** A thread has made progress, so not all are stuck. */
    public void onProgress() {
        if (saturated) {
            saturated = false;
        }
    }

    public boolean isClosed() {
        return closed;
    }

    public void ended(PoolThread worker) {
        workers.remove(worker);
        threads.decrementAndGet();
        if (!tasks.isEmpty() && closed) {
            addThread(Integer.MAX_VALUE); // added during close
        } else if (!tasks.isEmpty()) {
            watch();
        }
    }

    // ---- for tasks

    /** Exempts the running task of this thread, which may close the pool, from the interrupt of {@link #close}. */
    public static void exemptThisThread() {
        if (Thread.currentThread() instanceof PoolThread worker) {
            worker.exempt();
        }
    }

    /**
     * Clears an interrupt that a handler left, so that no later handler or write sees it. It stays while the pool
     * closes.
     *
     * @return whether a foreign thread was interrupted; it is to be interrupted again at the end
     */
    public static boolean takeInterrupt() {
        if (Thread.currentThread() instanceof PoolThread worker) {
            worker.clearInterrupt();
            return false;
        }
        return Thread.interrupted();
    }

    /** Clears an interrupt of our own, on foreign threads too. It stays while the pool closes. */
    public static void clearOwnInterrupt() {
        if (Thread.currentThread() instanceof PoolThread worker) {
            worker.clearInterrupt();
        } else {
            Thread.interrupted();
        }
    }

    /** Notes progress within a task. Does nothing on foreign threads. */
    public static void noteProgress() {
        if (Thread.currentThread() instanceof PoolThread worker) {
            worker.noteProgress();
        }
    }
}
