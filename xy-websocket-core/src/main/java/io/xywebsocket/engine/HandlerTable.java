package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlerInfo;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyInternals;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyRegistration;
import io.xywebsocket.XyType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The functions and listeners of one endpoint. */
final class HandlerTable implements XyHandlers {

    private static final XyType<?> PLAIN = XyType.of(Object.class);

    private final XyHandlerDecorator decorator;
    private final @Nullable XyFunction intercepted;
    private final Map<String, Registered> functions = new ConcurrentHashMap<>();
    private final Map<String, List<XyListener>> listeners = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable XyFunction> fallback = new AtomicReference<>();
    private final List<XyListener> unhandled = new CopyOnWriteArrayList<>();
    private final XyFunction notFound = this::reject;

    /** @param interceptors wrap calls before the function is looked up; null for none */
    HandlerTable(XyHandlerDecorator decorator, @Nullable Interceptors interceptors) {
        this.decorator = decorator;
        this.intercepted = interceptors == null
                ? null
                : interceptors.around((name, payload, peer) -> find(name).call(name, payload, peer));
    }

    @Override
    public XyRegistration register(String name, XyFunction function) {
        return register(name, function, PLAIN);
    }

    @Override
    public XyRegistration register(String name, XyFunction function, XyType<?> answer) {
        return add(name, XyHandlerInfo.function(name), function, answer);
    }

    private XyRegistration add(String name, XyHandlerInfo info, XyFunction function, XyType<?> answer) {
        if (name.equals(Names.ALIVE)) {
            throw new IllegalStateException("'" + name + "' is answered before functions are looked for");
        }
        XyLimits.checkedName(name);
        Registered own = new Registered(decorator.function(info, function), answer);
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
        return add(name, XyHandlerInfo.listener(name), listener);
    }

    private XyRegistration add(String name, XyHandlerInfo info, XyListener listener) {
        XyLimits.checkedName(name);
        XyListener own = new RegisteredListener(decorator.listener(info, listener));
        listeners.compute(name, (key, list) -> {
            List<XyListener> extended = list == null ? new CopyOnWriteArrayList<>() : list;
            extended.add(own);
            return extended;
        });
        return () -> listeners.computeIfPresent(name, (key, list) -> {
            list.remove(own);
            return list.isEmpty() ? null : list;
        });
    }

    @Override
    public XyRegistration fallback(XyFunction function) {
        return addFallback(XyHandlerInfo.function(null), function);
    }

    private XyRegistration addFallback(XyHandlerInfo info, XyFunction function) {
        XyFunction own = new Registered(decorator.function(info, function), PLAIN);
        if (!fallback.compareAndSet(null, own)) {
            throw new IllegalStateException("There is a fallback already");
        }
        return () -> fallback.compareAndSet(own, null);
    }

    @Override
    public XyRegistration onUnhandled(XyListener listener) {
        return addUnhandled(XyHandlerInfo.listener(null), listener);
    }

    private XyRegistration addUnhandled(XyHandlerInfo info, XyListener listener) {
        XyListener own = new RegisteredListener(decorator.listener(info, listener));
        unhandled.add(own);
        return () -> unhandled.remove(own);
    }

    @Override
    public XyHandlers guardedBy(XyHandlerDecorator rule) {
        return new Guarded(rule);
    }

    /** Registers handlers with an access rule, which stands inside the endpoint's decorators. */
    private final class Guarded implements XyHandlers {

        private final XyHandlerDecorator rule;

        Guarded(XyHandlerDecorator rule) {
            this.rule = rule;
        }

        @Override
        public XyRegistration register(String name, XyFunction function) {
            return register(name, function, PLAIN);
        }

        @Override
        public XyRegistration register(String name, XyFunction function, XyType<?> answer) {
            XyHandlerInfo info = XyHandlerInfo.function(name).withGuard();
            return add(name, info, rule.function(info, function), answer);
        }

        @Override
        public boolean unregister(String name) {
            return HandlerTable.this.unregister(name);
        }

        @Override
        public XyRegistration on(String name, XyListener listener) {
            XyHandlerInfo info = XyHandlerInfo.listener(name).withGuard();
            return add(name, info, rule.listener(info, listener));
        }

        @Override
        public XyRegistration fallback(XyFunction function) {
            XyHandlerInfo info = XyHandlerInfo.function(null).withGuard();
            return addFallback(info, rule.function(info, function));
        }

        @Override
        public XyRegistration onUnhandled(XyListener listener) {
            XyHandlerInfo info = XyHandlerInfo.listener(null).withGuard();
            return addUnhandled(info, rule.listener(info, listener));
        }

        @Override
        public XyHandlers guardedBy(XyHandlerDecorator further) {
            return new Guarded(new Decorators(List.of(rule, further)));
        }
    }

    /** Returns the function that answers calls of this name, which may answer 404. */
    XyFunction function(String name) {
        return intercepted == null ? find(name) : intercepted;
    }

    private XyFunction find(String name) {
        XyFunction function = functions.get(name);
        if (function == null) {
            function = fallback.get();
        }
        return function == null ? notFound : function;
    }

    private Object reject(String name, XyPayload payload, XyPeer peer) {
        UnknownNames.log(name, peer.id(), functions.keySet());
        throw new XyException(404, "'" + name + "' not found");
    }

    /** Returns the number of functions, not counting the fallback. */
    int functionCount() {
        return functions.size();
    }

    /** Returns the number of events that have listeners, not counting unhandled ones. */
    int eventCount() {
        return listeners.size();
    }

    /**
     * Returns the declared type of the answers to a call.
     *
     * @param function the result of {@link #function} for this name
     * @return null to use the class of each answer
     */
    @Nullable
    XyType<?> answer(String name, XyFunction function) {
        Registered asked =
                function instanceof Registered direct ? direct : function == intercepted ? functions.get(name) : null;
        return asked == null ? null : asked.answer;
    }

    /** Returns whether a function has this name, not counting the fallback. */
    boolean isRegistered(String name) {
        return functions.containsKey(name);
    }

    /** Returns the listeners for events of this name; may be empty. */
    List<XyListener> listeners(String name) {
        List<XyListener> list = listeners.get(name);
        return list == null ? unhandled : list;
    }

    // classes, not records: registrations compare by identity

    private static final class Registered implements XyFunction {
        private final XyFunction function;

        /** Null if the class of an answer says as much. */
        final @Nullable XyType<?> answer;

        Registered(XyFunction function, XyType<?> answer) {
            this.function = function;
            this.answer = XyInternals.saysMoreThanAClass(answer) || answer.view() != null ? answer : null;
        }

        @Override
        public @Nullable Object call(String name, XyPayload payload, XyPeer peer) throws Exception {
            return function.call(name, payload, peer);
        }
    }

    /** One object may be registered twice, and each registration removes its own. */
    private static final class RegisteredListener implements XyListener.Awaited {
        private final XyListener listener;

        RegisteredListener(XyListener listener) {
            this.listener = listener;
        }

        @Override
        public @Nullable CompletionStage<?> handle(String name, XyPayload payload, XyPeer peer) throws Exception {
            return listener.handle(name, payload, peer);
        }
    }
}
