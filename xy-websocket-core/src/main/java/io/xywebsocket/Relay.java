package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs that may hang, with few tasks of a pool: a thread that has begun goes on with whatever else there is, while a successor waits
 * in the pool, for which there is soon a thread if a job hangs. Thread-safe.
 */
final class Relay implements Executor {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    private final Executor pool;
    private final Executor successors;
    private final int turn;
    private final Queue<Runnable> jobs = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean summoned = new AtomicBoolean();

    /**
     * @param successors the same pool, but one that takes them after it is closed too
     * @param turn       after so many jobs a thread goes to the next task in the pool, which may be none of these
     */
    Relay(Executor pool, Executor successors, int turn) {
        this.pool = pool;
        this.successors = successors;
        this.turn = turn;
    }

    /** @throws RejectedExecutionException once the pool is closed */
    @Override
    public void execute(Runnable job) {
        jobs.add(job);
        try {
            summon(pool);
        } catch (RejectedExecutionException closed) {
            if (jobs.remove(job)) {
                throw closed;
            }
        }
    }

    private void summon(Executor from) {
        if (!summoned.get() && summoned.compareAndSet(false, true)) {
            try {
                from.execute(this::runAll);
            } catch (Throwable t) {
                summoned.set(false); // or nobody would be summoned ever again
                throw t;
            }
        }
    }

    private void runAll() {
        summoned.set(false);
        XyExecutor.writing(true);
        try {
            boolean alone = false;
            Runnable job;
            for (int done = 0; (done < turn || alone) && (job = jobs.poll()) != null; done++) {
                try {
                    alone = !jobs.isEmpty() && !hasSuccessor();
                } finally {
                    job.run();
                    XyExecutor.progressed();
                }
            }
        } finally {
            XyExecutor.writing(false);
        }
    }

    /** If not, this thread goes on alone: what is left has been promised to those who have added it. */
    private boolean hasSuccessor() {
        try {
            summon(successors);
            return true;
        } catch (Throwable t) {
            LogText.quietly(() -> log.error(
                    "A write that hangs will hold up others: no thread can be called for them", LogText.of(t)));
            return false;
        }
    }
}
