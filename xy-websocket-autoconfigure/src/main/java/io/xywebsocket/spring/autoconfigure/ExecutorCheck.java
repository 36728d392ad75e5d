package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.spring.startup.StartUpException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Refuses a bean that can't run handlers. */
final class ExecutorCheck {

    private ExecutorCheck() {}

    /**
     * The bean as an executor.
     *
     * @throws StartUpException if it is none, or may run a handler on a thread that reads the sockets of many peers
     */
    static Executor executor(String name, Object bean) {
        if (!(bean instanceof Executor executor)) {
            throw new StartUpException(
                    "The bean '" + name
                            + "' runs the handlers, so it must be a java.util.concurrent.Executor, but it is a "
                            + bean.getClass().getName() + ".",
                    "Define an Executor of that name, such as a ThreadPoolTaskExecutor, or give this bean another name.",
                    null);
        }
        if (runsTasksOnTheirSubmitter(executor)) {
            throw new StartUpException(
                    "The executor bean '" + name + "' may run a handler on the thread that submits it, which reads the"
                            + " sockets of many peers: a handler that waits would stop them all.",
                    "Use an executor with threads of its own, and for a full one a policy that rejects tasks, such as"
                            + " AbortPolicy: neither SyncTaskExecutor nor CallerRunsPolicy.",
                    null);
        }
        return executor;
    }

    private static boolean runsTasksOnTheirSubmitter(Executor executor) {
        if (executor instanceof ThreadPoolTaskExecutor pool) {
            return isCallerRuns(pool.getThreadPoolExecutor().getRejectedExecutionHandler());
        }
        return executor instanceof SyncTaskExecutor
                || (executor instanceof ThreadPoolExecutor pool && isCallerRuns(pool.getRejectedExecutionHandler()));
    }

    private static boolean isCallerRuns(RejectedExecutionHandler handler) {
        return handler instanceof ThreadPoolExecutor.CallerRunsPolicy;
    }
}
