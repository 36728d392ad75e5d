package io.xywebsocket.spring.handlers;

import org.jspecify.annotations.Nullable;

/** A kind of argument that doesn't come from the payload. Asked once for each parameter, at start-up. */
@FunctionalInterface
interface ArgumentKind {

    /** How a parameter gets its value; null if it is not of this kind. {@code Optional} is put around it by others. */
    @Nullable
    Argument argument(HandlerParameter parameter);
}
