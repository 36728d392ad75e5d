package io.xywebsocket.engine;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlerInfo;
import io.xywebsocket.XyListener;
import java.util.List;

/** Combines decorators: the first one is outermost. Their interceptors are not combined here, see {@link Interceptors#of}. */
final class Decorators implements XyHandlerDecorator {

    private final List<XyHandlerDecorator> inwards;

    Decorators(List<XyHandlerDecorator> inwards) {
        this.inwards = List.copyOf(inwards);
    }

    @Override
    public XyFunction function(XyHandlerInfo handler, XyFunction function) {
        XyFunction decorated = function;
        for (int i = inwards.size() - 1; i >= 0; i--) {
            decorated = inwards.get(i).function(handler, decorated);
        }
        return decorated;
    }

    @Override
    public XyListener listener(XyHandlerInfo handler, XyListener listener) {
        XyListener decorated = listener;
        for (int i = inwards.size() - 1; i >= 0; i--) {
            decorated = inwards.get(i).listener(handler, decorated);
        }
        return decorated;
    }

    @Override
    public XyConnectionListener connectionListener(XyConnectionListener listener) {
        XyConnectionListener decorated = listener;
        for (int i = inwards.size() - 1; i >= 0; i--) {
            decorated = inwards.get(i).connectionListener(decorated);
        }
        return decorated;
    }
}
