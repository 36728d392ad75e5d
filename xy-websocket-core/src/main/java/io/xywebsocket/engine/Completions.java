package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.concurrent.XyExecutor;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Completes the futures of calls to one peer on the executor, many in one task. If a stage blocks, another task takes
 * over, as in an {@link InboundQueue}. Thread-safe; no user code runs under the lock.
 */
final class Completions implements Executor {

    private final EngineContext context;

    @GuardedBy("this")
    private final CompactQueue<Runnable> waiting = new CompactQueue<>();

    @GuardedBy("this")
    private @Nullable Run active;

    Completions(EngineContext context) {
        this.context = context;
    }

    /** Runs the completion on the calling thread only if the endpoint is closed. */
    @Override
    public void execute(Runnable completion) {
        Run run;
        synchronized (this) {
            waiting.add(completion);
            if (active != null) {
                if (active.steps > 0) { // a run that waits for a thread can't be helped
                    context.watch().arm(active);
                }
                return;
            }
            run = new Run();
            active = run;
        }
        context.tasks().executeAlways(run);
    }

    private final class Run extends WatchedRun implements Runnable {

        @Override
        public void run() {
            boolean interrupted = false;
            for (Runnable next; (next = next()) != null; ) {
                next.run();
                interrupted |= XyExecutor.takeInterrupt();
                XyExecutor.noteProgress();
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
                    context.watch().arm(this);
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
                context.tasks().executeAlways(successor);
            }
            return false;
        }
    }
}
