package io.xywebsocket.spring.autoconfigure;

import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlerInfo;
import io.xywebsocket.XyInterceptor;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyMessage;
import io.xywebsocket.XyPeer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.CompositeTaskDecorator;

/**
 * Runs each handler as a {@link DecoratedTask}. With interceptors, one task stands around them and the handlers of the
 * same message; handlers that go on after it, on another thread, have one of their own. Thread-safe.
 */
record DecoratedHandlers(TaskDecorator decorator) implements XyHandlerDecorator {

    /** Decorates with all of these, as Spring Boot's executors do; with nothing if there are none. */
    static XyHandlerDecorator of(ObjectProvider<TaskDecorator> beans) {
        List<TaskDecorator> decorators = beans.orderedStream().toList();
        return switch (decorators.size()) {
            case 0 -> new XyHandlerDecorator() {};
            case 1 -> new DecoratedHandlers(decorators.get(0));
            default -> new DecoratedHandlers(new CompositeTaskDecorator(decorators));
        };
    }

    @Override
    public XyFunction function(XyHandlerInfo handler, XyFunction function) {
        return (called, payload, peer) -> DecoratedTask.isAround(XyMessage.Kind.CALL, called, peer)
                ? function.call(called, payload, peer)
                : DecoratedTask.run(decorator, () -> function.call(called, payload, peer));
    }

    @Override
    public XyListener listener(XyHandlerInfo handler, XyListener listener) {
        XyListener.Awaited decorated =
                (heard, payload, peer) -> DecoratedTask.isAround(XyMessage.Kind.EVENT, heard, peer)
                        ? listener.handle(heard, payload, peer)
                        : DecoratedTask.run(decorator, () -> listener.handle(heard, payload, peer));
        return decorated;
    }

    @Override
    public XyInterceptor interceptor() {
        return new DecoratedInterceptor(decorator);
    }

    /** Decorates incoming messages; outgoing ones are intercepted in the task of the sending thread. */
    private record DecoratedInterceptor(TaskDecorator decorator) implements XyInterceptor {

        @Override
        public @Nullable Object incomingCall(XyMessage call, Chain<@Nullable Object> chain) throws Exception {
            return DecoratedTask.runAround(call, decorator, () -> chain.proceed(call));
        }

        @Override
        public @Nullable CompletionStage<?> incomingEvent(XyMessage event, Chain<@Nullable CompletionStage<?>> chain)
                throws Exception {
            return DecoratedTask.runAround(event, decorator, () -> chain.proceed(event));
        }
    }

    @Override
    public XyConnectionListener connectionListener(XyConnectionListener listener) {
        return new DecoratedListener(decorator, listener);
    }

    private record DecoratedListener(TaskDecorator decorator, XyConnectionListener listener)
            implements XyConnectionListener {

        @Override
        public void connected(XyPeer peer) {
            DecoratedTask.runListener(decorator, () -> listener.connected(peer));
        }

        /** In the task of whoever has changed the peer's login. */
        @Override
        public void identified(XyPeer peer) {
            listener.identified(peer);
        }

        @Override
        public void disconnected(XyPeer peer, int code, String reason) {
            DecoratedTask.runListener(decorator, () -> listener.disconnected(peer, code, reason));
        }
    }
}
