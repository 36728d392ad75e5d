package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyListener;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Offers the methods of beans that bear {@link io.xywebsocket.XyRpc} or {@link io.xywebsocket.XyEvent} to peers, once
 * all singletons exist. A method that can't be offered, and a function name that is claimed twice, end the start-up.
 *
 * <p>Listeners of one event run in the order of their beans ({@code @Order} or {@code Ordered}, then as the beans were
 * defined); several within one bean run in the order in which reflection lists them, which is mostly, but not by
 * contract, that of the source.
 *
 * <p>Used by the application context's start-up thread only; what it registers is thread-safe as far as the beans are.
 */
public final class AnnotatedHandlers implements SmartInitializingSingleton {

    private final ConfigurableListableBeanFactory beans;
    private final XyHandlers handlers;

    /**
     * @param beans    where the annotated beans are; beans of a parent context are that context's
     * @param handlers where their methods are registered
     */
    public AnnotatedHandlers(ConfigurableListableBeanFactory beans, XyHandlers handlers) {
        this.beans = beans;
        this.handlers = handlers;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<HandlerMethod> found = new HandlerScan(beans).methods();
        requireDistinctFunctions(found);
        Function<HandlerMethod, @Nullable HandlerValidation> validation = validation();
        Map<HandlerMethod, Invocation> invocations = new LinkedHashMap<>();
        for (HandlerMethod handler : found) {
            invocations.put(handler, invocation(handler, validation));
        }
        invocations.forEach(this::register);
    }

    private static void requireDistinctFunctions(List<HandlerMethod> found) {
        Map<String, HandlerMethod> byName = new HashMap<>();
        for (HandlerMethod handler : found) {
            HandlerMethod other = handler.isFunction() ? byName.putIfAbsent(handler.name(), handler) : null;
            if (other != null) {
                throw new HandlerDefinitionException(
                        "Two methods claim the function '%s':%n  - %s%n  - %s"
                                .formatted(handler.name(), other.place(), handler.place()),
                        "Give one of them another name, as in @XyRpc(\"another.name\").",
                        null);
            }
        }
    }

    private Function<HandlerMethod, @Nullable HandlerValidation> validation() {
        return ClassUtils.isPresent("jakarta.validation.Validator", beans.getBeanClassLoader())
                ? new JakartaValidation(beans)::of
                : handler -> null;
    }

    private Invocation invocation(
            HandlerMethod handler, Function<HandlerMethod, @Nullable HandlerValidation> validation) {
        List<Argument> arguments = Arguments.of(handler);
        return new Invocation(
                HandlerTarget.of(beans, handler), arguments, validation.apply(handler), Result.of(handler));
    }

    private void register(HandlerMethod handler, Invocation invocation) {
        if (!handler.isFunction()) {
            XyListener.Awaited listener = (name, payload, peer) -> invocation.run(payload, peer);
            handlers.on(handler.name(), listener);
            return;
        }
        try {
            handlers.register(handler.name(), (name, payload, peer) -> invocation.run(payload, peer));
        } catch (IllegalStateException e) {
            throw HandlerDefinitionException.unusable(
                    handler, "the function '" + handler.name() + "' has been registered by other means before", e);
        }
    }
}
