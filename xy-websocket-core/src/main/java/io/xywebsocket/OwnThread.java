package io.xywebsocket;

/**
 * What a thread of ours takes along from whoever happens to start it: the class loader, and no thread locals, of which one may be
 * somebody's login.
 */
final class OwnThread {

    private OwnThread() {}

    /** @param thread made not to inherit thread locals; since Java 19 that means the system's class loader too */
    static void prepare(Thread thread) {
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.setDaemon(true);
    }
}
