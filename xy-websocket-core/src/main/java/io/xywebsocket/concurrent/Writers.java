package io.xywebsocket.concurrent;

import io.xywebsocket.untrusted.LogText;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs that never block on a few threads: writes to peers, and work that would delay the clock. So a broadcast
 * costs a few tasks instead of one for each peer. Thread-safe.
 *
 * @since 0.1
 */
public final class Writers implements Executor {

    private static final Logger log = LoggerFactory.getLogger(Writers.class);

    /** Jobs per turn: then the thread serves other tasks of the pool. */
    private static final int TURN = 64;

    private final Executor pool;
    private final int parallelism;
    private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    /** @param pool refuses no task until its owner closes it, and runs those it has accepted */
    public Writers(Executor pool) {
        this(pool, Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /** @param parallelism the maximum number of threads */
    public Writers(Executor pool, int parallelism) {
        this.pool = pool;
        this.parallelism = parallelism;
    }

    /** Runs a non-blocking job soon; on this thread only if the pool is closed. */
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
     * Runs any task on a thread of its own, even if it is refusable.
     *
     * @throws RejectedExecutionException once the pool is closed
     */
    @SuppressWarnings("UnnecessaryMethodReference") // hides that the task is refusable
    public void executeOther(Runnable task) {
        pool.execute(task::run);
    }

    /** Returns whether another thread may start, and counts it. */
    private boolean begin() {
        return running.getAndUpdate(now -> now < parallelism ? now + 1 : now) < parallelism;
    }

    private void runAll() {
        int done = 0;
        do {
            for (Runnable job; (job = jobs.poll()) != null; ) {
                runSafely(job);
                if (++done % TURN == 0 && yieldThread()) {
                    return;
                }
            }
            running.decrementAndGet();
        } while (!jobs.isEmpty() && begin()); // a job added in between found all threads busy
    }

    private boolean yieldThread() {
        try {
            pool.execute(this::runAll);
            return true;
        } catch (Throwable refusal) { // accepted jobs must still run
            return false;
        }
    }

    private static void runSafely(Runnable job) {
        try {
            job.run();
        } catch (Throwable t) {
            LogText.quietly(() -> log.error("A write failed unexpectedly", LogText.of(t)));
        } finally {
            XyExecutor.noteProgress();
        }
    }
}
