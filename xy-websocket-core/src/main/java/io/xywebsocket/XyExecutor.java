package io.xywebsocket;

import io.xywebsocket.transport.LogText;
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
 * A pool of daemon threads for handlers that may block. It starts small and grows when its threads have been inside
 * their tasks for about a millisecond while others wait, whatever they are blocked on; threads that have nothing to do
 * for 30 seconds end. Thread-safe.
 *
 * <p>At the maximum, with all of them stuck, an endpoint's new calls are refused. Other tasks are never refused: for them
 * the pool grows on.
 */
public final class XyExecutor implements Executor, AutoCloseable {

    /** A task that would rather be refused than wait for a thread that may never come. */
    interface Refusable extends Runnable {
        void refused();
    }

    private static final Logger log = LoggerFactory.getLogger(XyExecutor.class);

    private static final Duration TICK = Duration.ofMillis(1);
    private final String name;
    private final int parallelism;
    private final int maxThreads;
    private final Ticks ticks;

    /** How the peers share it of all the endpoints whose handlers it runs. */
    final FairShare share;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Set<PoolThread> workers = ConcurrentHashMap.newKeySet();
    private final IdleThreads idle = new IdleThreads(tasks);
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private volatile boolean saturated;
    private volatile int maxNow;
    private volatile boolean closed;

    /**
     * @param name       what its threads' names begin with
     * @param maxThreads beyond which an endpoint's new calls are refused
     * @param clock      for the watch over its threads
     */
    public XyExecutor(String name, int maxThreads, XyClock clock) {
        this.name = name;
        this.parallelism = Math.min(maxThreads, Math.max(2, Runtime.getRuntime().availableProcessors()));
        this.maxThreads = maxThreads;
        this.maxNow = maxThreads;
        this.share = new FairShare(() -> maxThreads);
        this.ticks = new Ticks(clock, TICK, this::look, () -> !closed && !tasks.isEmpty());
    }

    /** @throws RejectedExecutionException after {@link #close}, and for calls when the pool is at its maximum and stuck */
    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException(name + " is closed");
        } else if (task instanceof Refusable && isSaturated()) {
            throw new RejectedExecutionException(name + " is at its maximum of " + maxThreads + " threads");
        }
        tasks.add(task);
        try {
            callWorker();
        } catch (Throwable t) {
            if (tasks.remove(task)) { // else a thread has it already
                throw t;
            }
        }
    }

    private void callWorker() {
        if (!idle.call() && !addWorker(parallelism)) {
            watch();
        }
    }

    /** A thread that has got free since, or that may be added, contradicts what the last tick has seen. */
    private boolean isSaturated() {
        return saturated && idle.isEmpty() && threads.get() >= maxNow;
    }

    /** How many threads there are. */
    public int size() {
        return threads.get();
    }

    /**
     * Ends the threads: idle ones now, the others, interrupted, when their handlers return. An endpoint's calls and events that wait
     * are dropped, other tasks still run.
     */
    @Override
    public void close() {
        closed = true;
        idle.close();
        tasks.removeIf(Refusable.class::isInstance);
        workers.forEach(PoolThread::end);
        if (!tasks.isEmpty()) {
            addWorker(Integer.MAX_VALUE);
        }
    }

    /** Adds a thread unless there are so many already, or the machine has no more. */
    private boolean addWorker(int atMost) {
        if (threads.getAndUpdate(now -> now < atMost ? now + 1 : now) >= atMost) {
            return false;
        }
        PoolThread worker = null;
        try {
            worker = new PoolThread(this, name + started.incrementAndGet());
            workers.add(worker);
            worker.start();
            return true;
        } catch (Throwable t) { // of memory, mostly, or the caller of its stack
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
            ticks.start();
        }
    }

    private void look() {
        int stuck = 0;
        int stuckOtherwise = 0;
        for (PoolThread worker : workers) {
            if (worker.stuckSinceLastTick()) {
                stuck++;
                if (!worker.isRefusable()) {
                    stuckOtherwise++; // in stages, which get their threads anyhow: not in the place of calls
                }
            }
        }
        maxNow = (int) Math.min(Integer.MAX_VALUE, (long) maxThreads + stuckOtherwise);
        if (tasks.isEmpty()) {
            return;
        }
        idle.call();
        int missing = parallelism - (threads.get() - stuck);
        while (missing > 0 && addWorker(maxNow)) {
            missing--;
        }
        if (threads.get() <= stuck) {
            refuseWaiting();
        }
    }

    /** All threads are stuck and there may be no more: calls are refused, whatever else waits gets a thread all the same. */
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
            addWorker(Integer.MAX_VALUE);
        }
        refused.forEach(this::refuse);
    }

    private void refuse(Refusable task) {
        try {
            task.refused();
        } catch (Throwable t) {
            // the others must not be lost with it
            LogText.quietly(() -> log.error("{} could not refuse a task", name, LogText.of(t)));
        }
    }

    // ---- for the threads of the pool

    /** What a thread does next; null if it is to end. */
    @Nullable
    Runnable nextTask(IdleThreads.Berth berth) {
        Runnable task = idle.await(berth);
        idle.risen(berth);
        if (!tasks.isEmpty()) {
            try {
                callWorker();
            } catch (Throwable t) { // the first must not be lost with it
                LogText.quietly(() -> log.error("{} could not call a thread for a second task", name, LogText.of(t)));
            }
        }
        return task;
    }

    /** One of the threads has begun something, got on with it or finished it: they are not all stuck. */
    void gotOn() {
        if (saturated) {
            saturated = false;
        }
    }

    boolean isClosed() {
        return closed;
    }

    void ended(PoolThread worker) {
        workers.remove(worker);
        threads.decrementAndGet();
        if (!tasks.isEmpty() && closed) {
            addWorker(Integer.MAX_VALUE); // added in the moment of the closing
        } else if (!tasks.isEmpty()) {
            watch();
        }
    }

    // ---- for what runs on them

    /** Has {@link #close} leave this thread alone while it is inside its task: it is the one that brings the end about. */
    static void spareThisThread() {
        if (Thread.currentThread() instanceof PoolThread worker) {
            worker.spare();
        }
    }

    /**
     * A handler's leftover interrupt is not the next one's, nor the write's. While the pool is being closed it stays.
     *
     * @return whether such a thread was interrupted, which somebody may have meant who knows it: to be interrupted again in the end
     */
    static boolean takeInterrupt() {
        if (Thread.currentThread() instanceof PoolThread worker) {
            worker.clearInterrupt();
            return false;
        }
        return Thread.interrupted();
    }

    /** Clears an interrupt that we have sent ourselves, on foreign threads too, but not while closing. */
    static void clearOwnInterrupt() {
        if (Thread.currentThread() instanceof PoolThread worker) {
            worker.clearInterrupt();
        } else {
            Thread.interrupted();
        }
    }

    /** Tells the watch that this thread got on, though still within the same task. Does nothing on foreign threads. */
    static void progressed() {
        if (Thread.currentThread() instanceof PoolThread worker) {
            worker.progressed();
        }
    }
}
