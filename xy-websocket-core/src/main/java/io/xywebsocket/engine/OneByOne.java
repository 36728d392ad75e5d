package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.concurrent.XyExecutor;
import io.xywebsocket.untrusted.LogText;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks on the executor strictly one after the other, also if one of them blocks. Thread-safe. */
final class OneByOne implements Executor {

    private static final Logger log = LoggerFactory.getLogger(OneByOne.class);

    private final Tasks tasks;

    @GuardedBy("this")
    private final CompactQueue<Runnable> waiting = new CompactQueue<>();

    @GuardedBy("this")
    private boolean running;

    OneByOne(Tasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        tasks.executeAlways(this::run);
    }

    private void run() {
        boolean interrupted = false;
        for (Runnable next; (next = next()) != null; ) {
            try {
                next.run();
            } catch (Throwable t) { // later ones must run
                LogText.quietly(() -> log.error("A task failed", LogText.of(t)));
            }
            interrupted |= XyExecutor.takeInterrupt();
            XyExecutor.noteProgress();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = waiting.poll();
        running = next != null;
        return next;
    }
}
