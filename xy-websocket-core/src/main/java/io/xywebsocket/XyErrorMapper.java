package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Says what an exception of a handler becomes on the wire. Mappers are asked in order; the first answer counts. What no
 * mapper knows is an internal error (500) whose text stays on this side. Called on the handler's thread.
 *
 * <p>Also asked for what a listener or an interceptor throws at an event, of which only the log is told; there on the thread that
 * sends the event, if it is one of ours.
 */
@FunctionalInterface
public interface XyErrorMapper {

    /**
     * Maps one error.
     *
     * @param error what the handler threw, without the wrappers of reflection and of futures
     * @return the rejection; null if this mapper doesn't know the error
     */
    @Nullable
    XyException map(Throwable error);
}
