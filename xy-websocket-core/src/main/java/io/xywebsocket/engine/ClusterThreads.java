package io.xywebsocket.engine;

import io.xywebsocket.concurrent.DaemonThread;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The two threads of a node of a cluster: one handles what others send, one publishes. Each runs one task at a time. */
final class ClusterThreads implements AutoCloseable {

    private final ThreadPoolExecutor in = thread("xy-cluster-in");
    private final ThreadPoolExecutor out = thread("xy-cluster-out");

    private static ThreadPoolExecutor thread(String name) {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(null, task, name, 0, false);
            DaemonThread.prepare(thread);
            return thread;
        });
    }

    Executor in() {
        return in;
    }

    Executor out() {
        return out;
    }

    /** Waits until what was to be published before is published, or the bus takes too long. */
    void awaitPublished(Duration patience) {
        CountDownLatch done = new CountDownLatch(1);
        try {
            out.execute(done::countDown);
            if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return; // others notice that this node is silent
            }
        } catch (RejectedExecutionException closed) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        in.shutdownNow();
        out.shutdownNow();
    }
}
