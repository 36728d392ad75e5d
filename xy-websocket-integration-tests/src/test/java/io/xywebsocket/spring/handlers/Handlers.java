package io.xywebsocket.spring.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xywebsocket.XyErrorMapper;
import io.xywebsocket.XyException;
import io.xywebsocket.XyFunction;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyPayload;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** An application context with annotated beans, to be called as a peer would call them. */
final class Handlers implements AutoCloseable {

    private static final XyJson JSON = XyJson.jackson2(new ObjectMapper());

    final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    final RecordedHandlers registered = new RecordedHandlers();

    private Handlers() {}

    static Handlers of(Class<?>... components) {
        return of(context -> context.register(components));
    }

    static Handlers of(Consumer<AnnotationConfigApplicationContext> setUp) {
        return started(setUp, new Handlers());
    }

    /** What ends the start-up of an application with these beans. */
    static Throwable failureOf(Class<?>... components) {
        return catchThrowable(() -> of(components).close());
    }

    static Throwable failureOf(Consumer<Handlers> before, Class<?>... components) {
        Handlers handlers = new Handlers();
        before.accept(handlers);
        return catchThrowable(
                () -> started(context -> context.register(components), handlers).close());
    }

    private static Handlers started(Consumer<AnnotationConfigApplicationContext> setUp, Handlers handlers) {
        setUp.accept(handlers.context);
        handlers.context.registerBean(
                AnnotatedHandlers.class,
                () -> new AnnotatedHandlers(handlers.context.getBeanFactory(), handlers.registered));
        handlers.context.refresh();
        return handlers;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    Set<String> functions() {
        return registered.functions.keySet();
    }

    @Nullable
    Object call(String name) throws Exception {
        return call(name, XyPayload.none(), null);
    }

    @Nullable
    Object call(String name, String json) throws Exception {
        return call(name, XyPayload.ofJson(json, JSON), null);
    }

    @Nullable
    Object callAs(@Nullable Principal principal, String name) throws Exception {
        return call(name, XyPayload.none(), principal);
    }

    private @Nullable Object call(String name, XyPayload payload, @Nullable Principal principal) throws Exception {
        XyFunction function = registered.functions.get(name);
        assertThat(function).as("function '%s'", name).isNotNull();
        return function.call(name, payload, new FakePeer(principal));
    }

    /** Sends an event; returns what its listeners want to be awaited. */
    List<@Nullable Object> send(String name, String json) throws Exception {
        List<@Nullable Object> awaited = new ArrayList<>();
        for (XyListener listener : registered.listeners.getOrDefault(name, List.of())) {
            awaited.add(listener.handle(name, XyPayload.ofJson(json, JSON), new FakePeer(null)));
        }
        return awaited;
    }

    /** The rejection of a call without a payload. */
    XyException rejection(String name) {
        return (XyException) catchThrowable(() -> call(name));
    }

    XyException rejection(String name, String json) {
        return (XyException) catchThrowable(() -> call(name, json));
    }

    /** What a call's failure becomes on the wire by the validation mappers; null if they don't know it. */
    @Nullable
    XyException mapped(String name, String json) {
        Throwable error = catchThrowable(() -> call(name, json));
        assertThat(error).isNotNull();
        for (XyErrorMapper mapper : ValidationErrorMappers.available(null)) {
            XyException mapped = mapper.map(error);
            if (mapped != null) {
                assertThat(mapped).hasCause(error);
                return mapped;
            }
        }
        return null;
    }

    @Override
    public void close() {
        context.close();
    }
}
