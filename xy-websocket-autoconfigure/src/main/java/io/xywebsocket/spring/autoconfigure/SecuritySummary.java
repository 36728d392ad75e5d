package io.xywebsocket.spring.autoconfigure;

/** Describes in a log line how the endpoint is secured. */
@FunctionalInterface
interface SecuritySummary {

    /** Returns the description, once the application has started. */
    String text();
}
