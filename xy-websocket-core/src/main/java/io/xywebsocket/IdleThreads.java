package io.xywebsocket;

import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a pool that have nothing to do. While one of them is on its way to a task no other is called: that one calls the next
 * if it finds more than one task. So a stream of small tasks, which one thread can handle, doesn't wake threads in turn. Thread-safe.
 */
final class IdleThreads {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    /** How often a thread that has nothing to do lets others run before it goes to sleep, which costs more. */
    private static final int YIELDS = 16;

    /** A thread as far as it can be called. */
    static final class Berth {

        private final Thread thread;
        private volatile boolean called;

        Berth(Thread thread) {
            this.thread = thread;
        }
    }

    private final Queue<Runnable> tasks;
    /** The one that was busy last comes first, so that the others can end. */
    private final Deque<Berth> idle = new ConcurrentLinkedDeque<>();

    private final AtomicBoolean onItsWay = new AtomicBoolean();
    private volatile boolean closed;

    /** @param tasks where they look for something to do */
    IdleThreads(Queue<Runnable> tasks) {
        this.tasks = tasks;
    }

    boolean isEmpty() {
        return idle.isEmpty();
    }

    /** Has a thread come for a task that has been added. Returns false if there is none that could, or would soon. */
    boolean call() {
        do {
            if (onItsWay.get() || !onItsWay.compareAndSet(false, true)) {
                return true;
            }
            Berth free = idle.poll();
            if (free != null) {
                free.called = true;
                LockSupport.unpark(free.thread);
                return true;
            }
            onItsWay.set(false);
            // whoever has added a task meanwhile has counted on us, and whoever has lain down has not seen that task
        } while (!idle.isEmpty() && !tasks.isEmpty());
        return false;
    }

    /** Waits for a task, on the berth's own thread. Returns null if there was none for 30 seconds, or this is closed. */
    @SuppressWarnings("ThreadPriorityCheck") // correct without the yields, but dearer
    @Nullable
    Runnable await(Berth berth) {
        while (true) {
            Runnable task = tasks.poll();
            for (int i = 0; i < YIELDS && task == null && !closed; i++) {
                Thread.yield();
                task = tasks.poll();
            }
            if (task != null || closed) {
                return task;
            }
            if (!lieDown(berth)) {
                return null;
            }
        }
    }

    /** To be called by a thread that has found a task, before it begins. */
    void risen(Berth berth) {
        if (berth.called) {
            berth.called = false;
            onItsWay.set(false);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a wait of nanoseconds
    private boolean lieDown(Berth berth) {
        risen(berth); // for nothing: another was faster
        idle.push(berth);
        long until = System.nanoTime() + PATIENCE;
        long left = PATIENCE;
        while (!berth.called && !closed && tasks.isEmpty() && left > 0) {
            LockSupport.parkNanos(this, left);
            Thread.interrupted(); // by whomever: it would make the next wait a busy loop
            left = until - System.nanoTime();
        }
        if (idle.remove(berth)) {
            return left > 0;
        }
        while (!berth.called) {
            Thread.yield(); // it has been taken out and is about to be told
        }
        return true;
    }

    /** No thread waits any more, once it is interrupted. */
    void close() {
        closed = true;
    }
}
