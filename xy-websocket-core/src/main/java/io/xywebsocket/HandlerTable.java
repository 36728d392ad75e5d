package io.xywebsocket;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The functions and listeners of one endpoint. */
final class HandlerTable implements XyHandlers {

    private static final XyFunction NOT_FOUND = (name, payload, peer) -> {
        throw new XyException(404, "'" + name + "' not found");
    };

    private final XyHandlerDecorator decorator;
    private final @Nullable XyFunction intercepted;
    private final Map<String, XyFunction> functions = new ConcurrentHashMap<>();
    private final Map<String, List<XyListener>> listeners = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable XyFunction> fallback = new AtomicReference<>();
    private final List<XyListener> unhandled = new CopyOnWriteArrayList<>();

    /** @param interceptors what calls pass before a function is looked for; null for nothing */
    HandlerTable(XyHandlerDecorator decorator, @Nullable Interceptors interceptors) {
        this.decorator = decorator;
        this.intercepted = interceptors == null
                ? null
                : interceptors.around((name, payload, peer) -> find(name).call(name, payload, peer));
    }

    @Override
    public XyRegistration register(String name, XyFunction function) {
        if (name.equals(Dispatcher.ALIVE)) {
            throw new IllegalStateException("'" + name + "' is answered before functions are looked for");
        }
        XyFunction own = new Registered(decorator.function(Names.checked(name), function));
        if (functions.putIfAbsent(name, own) != null) {
            throw new IllegalStateException("There is a function '" + name + "' already");
        }
        return () -> functions.remove(name, own);
    }

    @Override
    public boolean unregister(String name) {
        return functions.remove(name) != null;
    }

    @Override
    public XyRegistration on(String name, XyListener listener) {
        XyListener own = distinct(decorator.listener(Names.checked(name), listener));
        listeners.compute(name, (key, list) -> {
            List<XyListener> longer = list == null ? new CopyOnWriteArrayList<>() : list;
            longer.add(own);
            return longer;
        });
        return () -> listeners.computeIfPresent(name, (key, list) -> {
            list.remove(own);
            return list.isEmpty() ? null : list;
        });
    }

    @Override
    public XyRegistration fallback(XyFunction function) {
        XyFunction own = new Registered(decorator.function(null, function));
        if (!fallback.compareAndSet(null, own)) {
            throw new IllegalStateException("There is a fallback already");
        }
        return () -> fallback.compareAndSet(own, null);
    }

    @Override
    public XyRegistration onUnhandled(XyListener listener) {
        XyListener own = distinct(decorator.listener(null, listener));
        unhandled.add(own);
        return () -> unhandled.remove(own);
    }

    /** What answers calls of this name, be it that there is no such function. */
    XyFunction function(String name) {
        return intercepted == null ? find(name) : intercepted;
    }

    private XyFunction find(String name) {
        XyFunction function = functions.get(name);
        if (function == null) {
            function = fallback.get();
        }
        return function == null ? NOT_FOUND : function;
    }

    /** Whether there is a function of this name, the fallback aside. */
    boolean isRegistered(String name) {
        return functions.containsKey(name);
    }

    /** What hears events of this name; may be empty. */
    List<XyListener> listeners(String name) {
        List<XyListener> list = listeners.get(name);
        return list == null ? unhandled : list;
    }

    /** One object may be registered twice; each registration takes back its own. */
    private static XyListener distinct(XyListener listener) {
        return listener instanceof XyListener.Awaited awaited
                ? new RegisteredAwaited(awaited)
                : new RegisteredListener(listener);
    }

    // classes, not records: registrations are told apart by identity

    private static final class Registered implements XyFunction {
        private final XyFunction function;

        Registered(XyFunction function) {
            this.function = function;
        }

        @Override
        public @Nullable Object call(String name, XyPayload payload, XyPeer peer) throws Exception {
            return function.call(name, payload, peer);
        }
    }

    private static final class RegisteredListener implements XyListener {
        private final XyListener listener;

        RegisteredListener(XyListener listener) {
            this.listener = listener;
        }

        @Override
        public void on(String name, XyPayload payload, XyPeer peer) throws Exception {
            listener.on(name, payload, peer);
        }
    }

    private static final class RegisteredAwaited implements XyListener.Awaited {
        private final XyListener.Awaited listener;

        RegisteredAwaited(XyListener.Awaited listener) {
            this.listener = listener;
        }

        @Override
        public @Nullable Object handle(String name, XyPayload payload, XyPeer peer) throws Exception {
            return listener.handle(name, payload, peer);
        }
    }
}
