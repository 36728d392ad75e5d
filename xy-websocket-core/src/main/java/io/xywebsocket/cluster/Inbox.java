package io.xywebsocket.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames and tasks that wait for the thread that handles them one after the other. Beyond its size, events and calls are
 * removed from frames. Thread-safe.
 */
final class Inbox {

    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private final long maxBytes;
    private final Executor executor;
    private final Consumer<ReceivedFrame> handler;
    private final Consumer<ReceivedFrame> remover;
    private final Consumer<Throwable> failures;

    /** Frames and tasks in their order. */
    @GuardedBy("this")
    private final Deque<Object> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private boolean running;

    /**
     * @param executor runs the handler and the tasks
     * @param handler  called for one frame at a time
     * @param remover  removes events and calls from a frame, on the bus's thread
     * @param failures told of what the handler and the tasks throw
     */
    Inbox(
            long maxBytes,
            Executor executor,
            Consumer<ReceivedFrame> handler,
            Consumer<ReceivedFrame> remover,
            Consumer<Throwable> failures) {
        this.remover = remover;
        this.failures = failures;
        this.maxBytes = maxBytes;
        this.executor = executor;
        this.handler = handler;
    }

    void add(ReceivedFrame frame) {
        if (isFullWith(frame)) {
            remover.accept(frame);
        }
        synchronized (this) {
            bytes += frame.size();
        }
        enqueue(frame);
    }

    private synchronized boolean isFullWith(ReceivedFrame frame) {
        return bytes + frame.size() > maxBytes;
    }

    void execute(Runnable task) {
        enqueue(task);
    }

    private void enqueue(Object item) {
        synchronized (this) {
            waiting.add(item);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException closed) {
            log.debug("Nothing is handled any more");
        }
    }

    private void run() {
        for (Object next; (next = next()) != null; ) {
            try {
                if (next instanceof ReceivedFrame frame) {
                    handler.accept(frame);
                } else {
                    ((Runnable) next).run();
                }
            } catch (Throwable t) {
                failures.accept(t);
            }
        }
    }

    private synchronized @Nullable Object next() {
        Object next = waiting.poll();
        if (next instanceof ReceivedFrame frame) {
            bytes -= frame.size();
        }
        running = next != null;
        return next;
    }
}
