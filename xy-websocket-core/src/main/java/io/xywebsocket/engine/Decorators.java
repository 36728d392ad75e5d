package io.xywebsocket.engine;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyGuarded;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPeerListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Combines decorators: the first one is outermost. */
final class Decorators implements XyHandlerDecorator {

    private final List<XyHandlerDecorator> inwards;

    Decorators(List<XyHandlerDecorator> inwards) {
        this.inwards = List.copyOf(inwards);
    }

    @Override
    public XyFunction function(@Nullable String name, XyFunction function) {
        XyFunction decorated = function;
        for (int i = inwards.size() - 1; i >= 0; i--) {
            XyFunction next = inwards.get(i).function(name, decorated);
            decorated = i > 0 && decorated instanceof XyGuarded ? guardedFunction(next) : next;
        }
        return decorated;
    }

    @Override
    public XyListener listener(@Nullable String name, XyListener listener) {
        XyListener decorated = listener;
        for (int i = inwards.size() - 1; i >= 0; i--) {
            XyListener next = inwards.get(i).listener(name, decorated);
            decorated = i > 0 && decorated instanceof XyGuarded ? guardedListener(next) : next;
        }
        return decorated;
    }

    /** Marks the decorated function as guarded, as the next decorator may look for that. */
    private static XyFunction guardedFunction(XyFunction function) {
        return function instanceof XyGuarded ? function : (XyFunction & XyGuarded) function::call;
    }

    private static XyListener guardedListener(XyListener listener) {
        if (listener instanceof XyGuarded) {
            return listener;
        }
        return listener instanceof XyListener.Awaited awaited
                ? (XyListener.Awaited & XyGuarded) awaited::handle
                : (XyListener & XyGuarded) listener::on;
    }

    @Override
    public XyInterceptor interceptor(XyInterceptor interceptors) {
        XyInterceptor decorated = interceptors;
        for (int i = inwards.size() - 1; i >= 0; i--) {
            decorated = inwards.get(i).interceptor(decorated);
        }
        return decorated;
    }

    @Override
    public XyPeerListener peers(XyPeerListener listener) {
        XyPeerListener decorated = listener;
        for (int i = inwards.size() - 1; i >= 0; i--) {
            decorated = inwards.get(i).peers(decorated);
        }
        return decorated;
    }
}
