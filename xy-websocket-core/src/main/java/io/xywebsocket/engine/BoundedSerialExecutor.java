package io.xywebsocket.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** Runs tasks one after the other, and refuses some while those that wait hold much memory. Thread-safe. */
final class BoundedSerialExecutor {

    private final Executor oneByOne;
    private final long maxBytes;

    /** The bytes of the tasks that wait. */
    private final AtomicLong bytes = new AtomicLong();

    BoundedSerialExecutor(Tasks tasks, long maxBytes) {
        this.oneByOne = new OneByOne(tasks);
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a task.
     *
     * @param size      the bytes that it holds
     * @param refusable whether it needs room; others are always taken
     * @return false if there is no room
     */
    boolean offer(int size, boolean refusable, Runnable task) {
        if (bytes.addAndGet(size) > maxBytes && refusable) {
            bytes.addAndGet(-size);
            return false;
        }
        oneByOne.execute(() -> {
            bytes.addAndGet(-size);
            task.run();
        });
        return true;
    }
}
