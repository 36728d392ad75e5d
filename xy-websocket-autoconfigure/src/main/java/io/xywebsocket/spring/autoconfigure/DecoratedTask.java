package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPeer;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskDecorator;

/**
 * One run of a handler, as the task that a {@link TaskDecorator} decorates. Task and decorator run on the handler's
 * thread. What the handler throws doesn't reach the decorator, as with an executor's {@code submit}.
 */
final class DecoratedTask<T> implements Runnable {

    /** Says that the decorator failed and not the handler; unknown to error mappers, so a call is rejected with 500. */
    private static final class FailedDecoratorException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        FailedDecoratorException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private static final ThreadLocal<DecoratedTask<?>> RUNNING = new ThreadLocal<>();

    private final Thread thread = Thread.currentThread();
    private final Callable<? extends @Nullable T> handler;

    /** The message whose interceptors and handlers are the task; null if it is one handler. */
    private final @Nullable XyMessage message;

    private boolean started;
    private @Nullable T result;
    private @Nullable Throwable failure;

    private DecoratedTask(Callable<? extends @Nullable T> handler, @Nullable XyMessage message) {
        this.handler = handler;
        this.message = message;
    }

    /**
     * Returns whether the task on this thread already stands around the handlers of this message. Other tasks don't
     * count: an interceptor may proceed with a message on a thread that runs a handler of another peer.
     */
    static boolean isAround(XyMessage.Kind kind, String name, XyPeer peer) {
        DecoratedTask<?> task = RUNNING.get();
        XyMessage around = task == null ? null : task.message;
        return around != null
                && around.kind() == kind
                && around.peer().equals(peer)
                && around.name().equals(name);
    }

    /** Runs a handler. Returns what it returns, and throws what it throws. */
    static <T> @Nullable T run(TaskDecorator decorator, Callable<? extends @Nullable T> handler) throws Exception {
        return run(decorator, new DecoratedTask<T>(handler, null));
    }

    /** Runs the interceptors and handlers of a message. Returns what they return, and throws what they throw. */
    static <T> @Nullable T runAround(
            XyMessage message, TaskDecorator decorator, Callable<? extends @Nullable T> handlers) throws Exception {
        return run(decorator, new DecoratedTask<T>(handlers, message));
    }

    private static <T> @Nullable T run(TaskDecorator decorator, DecoratedTask<T> task) throws Exception {
        try {
            decorator.decorate(task).run();
        } catch (Error e) {
            throw e;
        } catch (Throwable t) {
            throw new FailedDecoratorException("A TaskDecorator failed", t);
        }
        return task.outcome();
    }

    /** Runs a listener that returns nothing and throws no checked exception. */
    static void runListener(TaskDecorator decorator, Runnable listener) {
        try {
            var unused = run(decorator, () -> {
                listener.run();
                return null;
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // a Runnable throws none
        }
    }

    @Override
    public void run() {
        if (started || Thread.currentThread() != thread) {
            throw new IllegalStateException("A TaskDecorator runs a handler once, on the thread that it is called on");
        }
        started = true;
        DecoratedTask<?> outer = RUNNING.get();
        RUNNING.set(this);
        try {
            result = handler.call();
        } catch (Throwable t) {
            failure = t;
        } finally {
            if (outer == null) {
                RUNNING.remove();
            } else {
                RUNNING.set(outer);
            }
        }
    }

    private @Nullable T outcome() throws Exception {
        if (!started) {
            throw new FailedDecoratorException("A TaskDecorator has not run the handler", null);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof Exception exception) {
            throw exception;
        }
        if (failure != null) {
            throw new UndeclaredThrowableException(failure, "A handler threw a Throwable that is no Exception");
        }
        return result;
    }
}
