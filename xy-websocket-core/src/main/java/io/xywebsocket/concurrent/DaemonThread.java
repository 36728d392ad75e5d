package io.xywebsocket.concurrent;

/**
 * Prepares threads: they get the class loader of the starting thread, but no thread locals, which may hold a login.
 *
 * @since 0.1
 */
public final class DaemonThread {

    private DaemonThread() {}

    /** @param thread made without inheriting thread locals; since Java 19 such threads have the system class loader */
    public static void prepare(Thread thread) {
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.setDaemon(true);
    }
}
