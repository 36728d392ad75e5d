package io.xywebsocket.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** An executor whose tasks run on the test's own thread, one at a time and in the order that the test chooses. Not thread-safe. */
final class SteppedThreads implements Executor {

    private final List<Runnable> tasks = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs one of the tasks; returns whether there was one. */
    boolean runOne(Choices choices) {
        if (tasks.isEmpty()) {
            return false;
        }
        tasks.remove(choices.below(tasks.size())).run();
        return true;
    }

    boolean isIdle() {
        return tasks.isEmpty();
    }
}
