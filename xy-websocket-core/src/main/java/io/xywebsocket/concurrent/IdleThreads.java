package io.xywebsocket.concurrent;

import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The idle threads of a pool. While one of them is being woken, no other is called: it calls the next one if it finds
 * more tasks. So a stream of small tasks doesn't wake threads in turn. Thread-safe.
 */
final class IdleThreads {

    private static final long KEEP_ALIVE = TimeUnit.SECONDS.toNanos(30);

    /** Yields before an idle thread parks, which costs more. */
    private static final int YIELDS = 16;

    /** An idle thread that can be called. */
    static final class IdleThread {

        private final Thread thread;
        private volatile boolean called;

        IdleThread(Thread thread) {
            this.thread = thread;
        }
    }

    private final Queue<Runnable> tasks;
    /** Last in, first out, so that surplus threads can end. */
    private final Deque<IdleThread> idle = new ConcurrentLinkedDeque<>();

    private final AtomicBoolean waking = new AtomicBoolean();
    private volatile boolean closed;

    /** @param tasks the tasks of the pool */
    IdleThreads(Queue<Runnable> tasks) {
        this.tasks = tasks;
    }

    boolean isEmpty() {
        return idle.isEmpty();
    }

    /** Calls a thread for a new task. Returns false if none is idle or being woken. */
    boolean call() {
        do {
            if (waking.get() || !waking.compareAndSet(false, true)) {
                return true;
            }
            IdleThread free = idle.poll();
            if (free != null) {
                free.called = true;
                LockSupport.unpark(free.thread);
                return true;
            }
            waking.set(false);
            // a task added meanwhile relied on this call, and a thread that parked meanwhile missed that task
        } while (!idle.isEmpty() && !tasks.isEmpty());
        return false;
    }

    /** Waits for a task on the calling thread. Returns null after 30 seconds, or once closed. */
    @SuppressWarnings("ThreadPriorityCheck") // not needed for correctness, but cheaper
    @Nullable
    Runnable await(IdleThread idleThread) {
        while (true) {
            Runnable task = tasks.poll();
            for (int i = 0; i < YIELDS && task == null && !closed; i++) {
                Thread.yield();
                task = tasks.poll();
            }
            if (task != null || closed) {
                return task;
            }
            if (!parkUntilCalled(idleThread)) {
                return null;
            }
        }
    }

    /** Called by a thread that has found a task, before it runs that. */
    void onAwake(IdleThread idleThread) {
        if (idleThread.called) {
            idleThread.called = false;
            waking.set(false);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // waits nanoseconds
    private boolean parkUntilCalled(IdleThread idleThread) {
        onAwake(idleThread); // another thread took the task
        idle.push(idleThread);
        long until = System.nanoTime() + KEEP_ALIVE;
        long left = KEEP_ALIVE;
        while (!idleThread.called && !closed && tasks.isEmpty() && left > 0) {
            LockSupport.parkNanos(this, left);
            Thread.interrupted(); // otherwise the next park returns at once
            left = until - System.nanoTime();
        }
        if (idle.remove(idleThread)) {
            return left > 0;
        }
        while (!idleThread.called) {
            Thread.yield(); // it was polled and is about to be called
        }
        return true;
    }

    /** Lets no thread wait any more, once it is interrupted. */
    void close() {
        closed = true;
    }
}
