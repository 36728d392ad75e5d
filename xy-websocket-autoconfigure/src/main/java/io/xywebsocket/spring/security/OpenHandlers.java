package io.xywebsocket.spring.security;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/** The names of the functions and listeners that have no rule, of those registered while the application starts. Thread-safe. */
final class OpenHandlers {

    private final Set<String> functions = new ConcurrentSkipListSet<>();
    private final Set<String> listeners = new ConcurrentSkipListSet<>();
    private volatile boolean started;

    void addFunction(@Nullable String name) {
        if (!started) {
            functions.add(name == null ? "(fallback)" : name);
        }
    }

    void addListener(@Nullable String name) {
        if (!started) {
            listeners.add(name == null ? "(unhandled events)" : name);
        }
    }

    Collection<String> functions() {
        return functions;
    }

    Collection<String> listeners() {
        return listeners;
    }

    /** What comes later is not kept: an application may register without end. */
    void forget() {
        started = true;
        functions.clear();
        listeners.clear();
    }
}
