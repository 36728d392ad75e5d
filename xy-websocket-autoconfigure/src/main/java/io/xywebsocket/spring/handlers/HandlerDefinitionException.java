package io.xywebsocket.spring.handlers;

import io.xywebsocket.spring.startup.StartUpException;
import org.jspecify.annotations.Nullable;

/** A handler method that can't be offered; ends the start-up. */
final class HandlerDefinitionException extends StartUpException {

    private static final long serialVersionUID = 1L;

    HandlerDefinitionException(String description, String action, @Nullable Throwable cause) {
        super(description, action, cause);
    }

    /** A method whose signature, or whose bean, stands in the way. */
    static HandlerDefinitionException unusable(HandlerMethod handler, String reason, @Nullable Throwable cause) {
        return new HandlerDefinitionException(
                handler.annotation() + " method " + handler.place() + " can't be used: " + reason,
                "Change the method as described.",
                cause);
    }
}
