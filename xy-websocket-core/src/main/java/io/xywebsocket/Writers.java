package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what writes to peers, and what would keep the clock too long: jobs that never block, by few threads one after the other. So a
 * broadcast costs a few tasks and not one for each peer. Thread-safe.
 */
final class Writers implements Executor {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    /** After so many jobs a thread goes to the next task in the pool, which may be none of these. */
    private static final int TURN = 64;

    private final Executor pool;
    private final int parallelism;
    private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    /** @param pool refuses nothing before it is closed, which whoever made it does, and runs what it has taken */
    Writers(Executor pool) {
        this(pool, Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /** @param parallelism so many threads at most write at a time */
    Writers(Executor pool, int parallelism) {
        this.pool = pool;
        this.parallelism = parallelism;
    }

    /** Runs a job that doesn't block soon; on this thread only if the pool is closed. */
    @Override
    public void execute(Runnable job) {
        jobs.add(job);
        if (begin()) {
            try {
                pool.execute(this::runAll);
            } catch (Throwable refusal) {
                runAll();
            }
        }
    }

    /**
     * Any task at all, on a thread of its own, also one that would rather be refused.
     *
     * @throws RejectedExecutionException once the pool is closed
     */
    @SuppressWarnings("UnnecessaryMethodReference") // the pool must not know what it is
    void executeOther(Runnable task) {
        pool.execute(task::run);
    }

    /** Whether another thread may begin. */
    private boolean begin() {
        return running.getAndUpdate(now -> now < parallelism ? now + 1 : now) < parallelism;
    }

    private void runAll() {
        int done = 0;
        do {
            for (Runnable job; (job = jobs.poll()) != null; ) {
                runSafely(job);
                if (++done % TURN == 0 && givesWay()) {
                    return;
                }
            }
            running.decrementAndGet();
        } while (!jobs.isEmpty() && begin()); // one that was added in between found all threads running
    }

    private boolean givesWay() {
        try {
            pool.execute(this::runAll);
            return true;
        } catch (Throwable refusal) { // what is left has been promised to those who have added it
            return false;
        }
    }

    private static void runSafely(Runnable job) {
        try {
            job.run();
        } catch (Throwable t) {
            LogText.quietly(() -> log.error("A write failed unexpectedly", LogText.of(t)));
        } finally {
            XyExecutor.progressed();
        }
    }
}
