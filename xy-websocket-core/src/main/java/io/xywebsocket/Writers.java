package io.xywebsocket;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs what writes to peers. A thread that has begun goes on with whatever else is to be written, so that a broadcast costs a few
 * tasks and not one for each peer; meanwhile another task waits in the pool, for which there is soon a thread if a write hangs.
 * Thread-safe.
 */
final class Writers implements Executor {

    /** After so many writes the thread goes to the next task in the pool, which may be none of ours. */
    private static final int TURN = 64;

    private final Executor pool;
    private final Executor successors;
    private final Queue<Runnable> writes = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean summoned = new AtomicBoolean();

    /**
     * @param pool       refuses nothing before it is closed, which whoever made it does
     * @param successors the same pool for what is left when it is closed, so that a write that hangs keeps no other peer from its close frame
     */
    Writers(Executor pool, Executor successors) {
        this.pool = pool;
        this.successors = successors;
    }

    /** Any task at all, on a thread of its own. */
    void executeOther(Runnable task) {
        pool.execute(task);
    }

    /** @throws RejectedExecutionException once the pool is closed */
    @Override
    public void execute(Runnable write) {
        writes.add(write);
        try {
            summon(pool);
        } catch (RejectedExecutionException closed) {
            if (writes.remove(write)) {
                throw closed;
            }
        }
    }

    private void summon(Executor from) {
        if (!summoned.get() && summoned.compareAndSet(false, true)) {
            try {
                from.execute(this::writeAll);
            } catch (RejectedExecutionException closed) {
                summoned.set(false);
                throw closed;
            }
        }
    }

    private void writeAll() {
        summoned.set(false);
        XyExecutor.writing(true);
        try {
            Runnable write;
            for (int turn = 0; turn < TURN && (write = writes.poll()) != null; turn++) {
                if (!writes.isEmpty()) {
                    summon(successors);
                }
                write.run();
                XyExecutor.progressed();
            }
        } finally {
            XyExecutor.writing(false);
        }
    }
}
