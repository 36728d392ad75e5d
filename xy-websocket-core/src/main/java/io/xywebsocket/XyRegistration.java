package io.xywebsocket;

/**
 * A registration made at run time. Thread-safe.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface XyRegistration extends AutoCloseable {

    /** Removes the registration. Idempotent, even if the name has been registered anew. */
    @Override
    void close();
}
