package io.xywebsocket;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Completes the futures of the calls to one peer, on the executor: as many in one task as there are, but one whose stage blocks
 * keeps its thread and not the others, as in a {@link Lane}. Thread-safe; its lock is not held while user code runs.
 */
final class Completions implements Executor {

    private final XyEndpoint endpoint;

    // all guarded by this
    private final Backlog<Runnable> waiting = new Backlog<>();
    private @Nullable Run active;

    Completions(XyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Doesn't run it on the calling thread, unless the endpoint is closed. */
    @Override
    public void execute(Runnable completion) {
        Run run;
        synchronized (this) {
            waiting.add(completion);
            if (active != null) {
                if (active.steps > 0) { // one that waits for a thread is no better off as another
                    endpoint.watch.arm(active);
                }
                return;
            }
            run = new Run();
            active = run;
        }
        endpoint.executeAlways(run);
    }

    private final class Run extends Watched implements Runnable {

        @Override
        public void run() {
            boolean interrupted = false;
            for (Runnable next; (next = next()) != null; ) {
                next.run();
                interrupted |= XyExecutor.takeInterrupt();
                XyExecutor.progressed();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private @Nullable Runnable next() {
            synchronized (Completions.this) {
                if (active != this) {
                    return null;
                }
                Runnable next = waiting.poll();
                steps++;
                if (next == null) {
                    active = null;
                } else if (!waiting.isEmpty()) {
                    endpoint.watch.arm(this);
                }
                return next;
            }
        }

        @Override
        boolean check() {
            Run successor = null;
            synchronized (Completions.this) {
                if (active == this && steps != stepsAtLastCheck) {
                    stepsAtLastCheck = steps;
                    return true;
                }
                watched = false;
                if (active == this) {
                    successor = waiting.isEmpty() ? null : new Run();
                    active = successor;
                }
            }
            if (successor != null) {
                endpoint.executeAlways(successor);
            }
            return false;
        }
    }
}
