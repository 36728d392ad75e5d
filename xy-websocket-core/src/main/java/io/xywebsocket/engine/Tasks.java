package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.FairShare;
import io.xywebsocket.concurrent.Writers;
import io.xywebsocket.concurrent.XyExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** Runs the tasks of an endpoint on its executor, or elsewhere if that refuses them. Thread-safe. */
final class Tasks {

    final Executor executor;

    /** Shares the executor's threads among peers. */
    final FairShare share;

    final Writers writers;
    final ExecutorFailures failures;

    /** @param share null to derive it from the executor */
    Tasks(Executor executor, @Nullable FairShare share, Writers writers, XyClock clock) {
        this.executor = executor;
        this.share = share == null ? shareOf(executor) : share;
        this.writers = writers;
        this.failures = new ExecutorFailures(clock);
    }

    static FairShare shareOf(Executor executor) {
        if (executor instanceof XyExecutor ours) {
            return ours.share;
        } else if (executor instanceof ThreadPoolExecutor pool) {
            return new FairShare(() -> threadsOf(pool));
        } else if (executor instanceof ForkJoinPool pool) {
            return new FairShare(pool::getParallelism);
        }
        return new FairShare(() -> Integer.MAX_VALUE);
    }

    /** Returns the core size for a pool with a queue: it grows beyond that only once the queue is full. */
    private static int threadsOf(ThreadPoolExecutor pool) {
        boolean queues =
                pool.getQueue().remainingCapacity() > 0 || !pool.getQueue().isEmpty();
        return queues ? Math.max(1, pool.getCorePoolSize()) : pool.getMaximumPoolSize();
    }

    /** Runs a task that a caller waits for, even if the executor is full. */
    void executeAlways(Runnable task) {
        try {
            executor.execute(task);
        } catch (Throwable refusal) {
            failures.report(refusal);
            if (!executeElsewhere(task)) {
                task.run();
            }
        }
    }

    /** Runs a task that the executor has refused. Returns false if the endpoint is closed. */
    boolean executeElsewhere(Runnable task) {
        try {
            writers.executeOther(task);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }
}
