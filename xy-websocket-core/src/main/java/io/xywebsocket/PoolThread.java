package io.xywebsocket;

import java.util.concurrent.atomic.AtomicInteger;

/** A thread of an {@link XyExecutor}: runs task after task, and shows the pool's watch whether it gets on. */
final class PoolThread extends Thread {

    private final XyExecutor pool;
    private final IdleThreads.Berth berth = new IdleThreads.Berth(this);
    private final AtomicInteger steps = new AtomicInteger();
    private volatile boolean busy;
    private volatile boolean refusable;
    private volatile boolean spared;

    // of the watch
    private int stepsAtLastTick = -1;

    PoolThread(XyExecutor pool, String name) {
        super(null, null, name, 0, false);
        this.pool = pool;
        OwnThread.prepare(this);
    }

    @Override
    public void run() {
        try {
            for (Runnable task; (task = pool.nextTask(berth)) != null; ) {
                Thread.interrupted(); // was meant for the wait
                refusable = task instanceof XyExecutor.Refusable;
                busy = true;
                progressed();
                runSafely(task);
                busy = false;
                spared = false;
                pool.gotOn();
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

    // ---- what its task tells, on this thread

    void progressed() {
        steps.lazySet(steps.get() + 1);
        pool.gotOn();
    }

    void spare() {
        spared = true;
    }

    void clearInterrupt() {
        if (!pool.isClosed()) {
            Thread.interrupted();
        }
    }

    // ---- for the pool, on any thread

    void end() {
        if (!spared) {
            interrupt();
        }
    }

    /** Whether what it runs could have been refused. */
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
