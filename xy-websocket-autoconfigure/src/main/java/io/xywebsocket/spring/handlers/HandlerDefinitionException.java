package io.xywebsocket.spring.handlers;

import org.jspecify.annotations.Nullable;

/** A handler method that can't be offered; ends the start-up. */
final class HandlerDefinitionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    HandlerDefinitionException(String description, String action, @Nullable Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    /** A method whose signature, or whose bean, stands in the way. */
    static HandlerDefinitionException unusable(HandlerMethod handler, String reason, @Nullable Throwable cause) {
        return new HandlerDefinitionException(
                handler.annotation() + " method " + handler.place() + " can't be used: " + reason,
                "Change the method as described.",
                cause);
    }

    /** What the developer can do about it. */
    String action() {
        return action;
    }
}
