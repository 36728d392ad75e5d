package io.xywebsocket.spring.handlers;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import java.util.Set;

/** Violations within one argument, whose paths begin at that argument. */
final class PayloadViolationException extends ConstraintViolationException {

    private static final long serialVersionUID = 1L;

    private final String path;

    /** @param path where the argument is in the payload; empty if it is the payload */
    PayloadViolationException(String path, Set<? extends ConstraintViolation<?>> violations) {
        super(violations);
        this.path = path;
    }

    String path() {
        return path;
    }
}
