package io.xywebsocket.spring.handlers;

import org.jspecify.annotations.Nullable;

/** Checks the arguments of a handler method against the constraints that it declares. Thread-safe. */
@FunctionalInterface
interface HandlerValidation {

    /**
     * @param arguments nothing is checked of those that are {@link Argument#LEFT_OUT}
     * @throws RuntimeException if a constraint is violated; one that {@link ValidationErrorMappers} know
     */
    void check(Object bean, @Nullable Object[] arguments);
}
