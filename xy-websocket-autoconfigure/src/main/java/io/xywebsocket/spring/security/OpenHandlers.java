package io.xywebsocket.spring.security;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The names of the functions and listeners that have no rule, of those registered while the application starts. Thread-safe. */
final class OpenHandlers {

    private final Names functions = new Names();
    private final Names listeners = new Names();
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

    /** One of the functions of this name that have no rule refuses whoever hasn't logged in by itself. */
    void functionNeedsLogin(String name) {
        functions.addWithLogin(name);
    }

    /** The same for a listener. */
    void listenerNeedsLogin(String name) {
        listeners.addWithLogin(name);
    }

    Collection<String> functions() {
        return functions.all();
    }

    Collection<String> listeners() {
        return listeners.all();
    }

    /** Those that anybody may use. */
    Collection<String> functionsForAnyone() {
        return functions.withoutLogin();
    }

    /** Those that anybody may send to. */
    Collection<String> listenersForAnyone() {
        return listeners.withoutLogin();
    }

    /** What comes later is not kept: an application may register without end. */
    void forget() {
        started = true;
        functions.clear();
        listeners.clear();
    }

    /** How many handlers there are of each name: an event may have several. */
    private static final class Names {

        private final Map<String, Integer> all = new ConcurrentHashMap<>();
        private final Map<String, Integer> withLogin = new ConcurrentHashMap<>();

        void add(String name) {
            all.merge(name, 1, Integer::sum);
        }

        void addWithLogin(String name) {
            withLogin.merge(name, 1, Integer::sum);
        }

        Set<String> all() {
            return new TreeSet<>(all.keySet());
        }

        Set<String> withoutLogin() {
            Set<String> names = all();
            names.removeIf(name -> withLogin.getOrDefault(name, 0) >= all.getOrDefault(name, 0));
            return names;
        }

        void clear() {
            all.clear();
            withLogin.clear();
        }
    }
}
