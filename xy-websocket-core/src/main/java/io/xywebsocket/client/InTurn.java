package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Runs tasks one after the other. While one of them hangs, the next hundred wait and those after them are dropped. Thread-safe. */
final class InTurn implements Executor {

    private static final int MAX_WAITING = 100;

    private final Executor executor;

    @GuardedBy("this")
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean running;

    InTurn(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        add(task, MAX_WAITING);
    }

    /** Runs a task after all others. It is never dropped. */
    void executeLast(Runnable task) {
        add(task, Integer.MAX_VALUE);
    }

    private void add(Runnable task, int maxWaiting) {
        synchronized (this) {
            if (waiting.size() < maxWaiting) {
                waiting.add(task);
            }
            if (running) {
                return;
            }
            running = true;
        }
        executor.execute(this::runAll);
    }

    private void runAll() {
        for (Runnable task; (task = next()) != null; ) {
            task.run();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = waiting.poll();
        running = task != null;
        return task;
    }
}
