package io.xywebsocket;

/** Something registered at run time. Thread-safe. */
@FunctionalInterface
public interface XyRegistration extends AutoCloseable {

    /** Takes the registration back. A second time does nothing, even if the name was taken anew since. */
    @Override
    void close();
}
