package io.xywebsocket.concurrent;

import java.util.concurrent.atomic.AtomicInteger;

/** A thread of an {@link XyExecutor}. Runs tasks and shows its progress to the pool. */
final class PoolThread extends Thread {

    private final XyExecutor pool;
    private final IdleThreads.IdleThread idleThread = new IdleThreads.IdleThread(this);
    private final AtomicInteger steps = new AtomicInteger();
    private volatile boolean busy;
    private volatile boolean refusable;
    private volatile boolean exempt;

    // confined to the checking thread
    private int stepsAtLastTick = -1;

    PoolThread(XyExecutor pool, String name) {
        super(null, null, name, 0, false);
        this.pool = pool;
        DaemonThread.prepare(this);
    }

    @Override
    public void run() {
        try {
            for (Runnable task; (task = pool.nextTask(idleThread)) != null; ) {
                Thread.interrupted(); // meant for the idle wait
                refusable = task instanceof XyExecutor.Refusable;
                busy = true;
                noteProgress();
                runSafely(task);
                busy = false;
                exempt = false;
                pool.onProgress();
            }
        } finally {
            pool.ended(this);
        }
    }

    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (Throwable t) {
            getUncaughtExceptionHandler().uncaughtException(this, t);
        } finally {
            clearInterrupt();
        }
    }

    // ---- called by the task, on this thread

    void noteProgress() {
        steps.lazySet(steps.get() + 1);
        pool.onProgress();
    }

    void exempt() {
        exempt = true;
    }

    void clearInterrupt() {
        if (!pool.isClosed()) {
            Thread.interrupted();
        }
    }

    // ---- for the pool, on any thread

    void end() {
        if (!exempt) {
            interrupt();
        }
    }

    /** Returns whether the running task could have been refused. */
    boolean isRefusable() {
        return refusable;
    }

    boolean stuckSinceLastTick() {
        int now = steps.get();
        boolean stuck = busy && now == stepsAtLastTick;
        stepsAtLastTick = now;
        return stuck;
    }
}
