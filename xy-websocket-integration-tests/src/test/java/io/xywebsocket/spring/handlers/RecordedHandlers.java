package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyRegistration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Handlers that only remember what was registered. */
final class RecordedHandlers implements XyHandlers {

    final Map<String, XyFunction> functions = new LinkedHashMap<>();
    final Map<String, List<XyListener>> listeners = new LinkedHashMap<>();

    @Override
    public XyRegistration register(String name, XyFunction function) {
        if (functions.putIfAbsent(name, function) != null) {
            throw new IllegalStateException("'" + name + "' is taken");
        }
        return () -> functions.remove(name, function);
    }

    @Override
    public boolean unregister(String name) {
        return functions.remove(name) != null;
    }

    @Override
    public XyRegistration on(String name, XyListener listener) {
        listeners.computeIfAbsent(name, unknown -> new ArrayList<>()).add(listener);
        return () -> listeners.get(name).remove(listener);
    }

    @Override
    public XyRegistration fallback(XyFunction function) {
        throw new UnsupportedOperationException();
    }

    @Override
    public XyRegistration onUnhandled(XyListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public XyHandlers guardedBy(XyHandlerDecorator rule) {
        return this;
    }
}
