package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Maps exceptions of handlers to rejections. Mappers are asked in order; the first answer counts. Unmapped exceptions
 * are internal errors (500), whose text stays on this side. Called on the handler's thread.
 *
 * <p>Mappers are also asked for exceptions of listeners and interceptors of events, which are only logged; for outgoing
 * events on the sending thread.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface XyErrorMapper {

    /**
     * Maps one error.
     *
     * @param error the handler's exception, without the wrappers of reflection and of futures
     * @return the rejection; null if this mapper doesn't know the error
     */
    @Nullable
    XyException map(Throwable error);
}
