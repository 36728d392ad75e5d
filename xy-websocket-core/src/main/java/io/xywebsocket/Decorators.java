package io.xywebsocket;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several decorators as one: the first one's is outermost. */
final class Decorators implements XyHandlerDecorator {

    private final List<XyHandlerDecorator> inwards;

    Decorators(List<XyHandlerDecorator> inwards) {
        this.inwards = List.copyOf(inwards);
    }

    @Override
    public XyFunction function(@Nullable String name, XyFunction function) {
        XyFunction decorated = function;
        for (int i = inwards.size() - 1; i >= 0; i--) {
            decorated = inwards.get(i).function(name, decorated);
        }
        return decorated;
    }

    @Override
    public XyListener listener(@Nullable String name, XyListener listener) {
        XyListener decorated = listener;
        for (int i = inwards.size() - 1; i >= 0; i--) {
            decorated = inwards.get(i).listener(name, decorated);
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
