package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyFunction;
import io.xywebsocket.XyHandlerDecorator;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyListener;
import io.xywebsocket.XyType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Offers the methods of beans that bear {@link io.xywebsocket.XyRpc} or {@link io.xywebsocket.XyEvent} to peers, once
 * all singletons exist: to those of the application's own endpoint, or to the servers of its clients. A method that can't be offered, and a function name that is claimed twice, end the start-up.
 *
 * <p>Listeners of one event run in the order of their beans ({@code @Order} or {@code Ordered}, then as the beans were
 * defined); several within one bean run in the order in which reflection lists them, which is mostly, but not by
 * contract, that of the source.
 *
 * <p>Used by the application context's start-up thread only; what it registers is thread-safe as far as the beans are.
 *
 * @since 0.1
 */
public final class AnnotatedHandlers implements SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(AnnotatedHandlers.class);

    /** Adds nothing: the bean's proxy enforces the rule. */
    private static final XyHandlerDecorator OWN_RULE = new XyHandlerDecorator() {};

    private final ConfigurableListableBeanFactory beans;
    private final Audience audience;
    private final XyLimits limits;

    /**
     * Leaves out what is marked for clients.
     *
     * @param beans    where the annotated beans are; beans of a parent context are that context's
     * @param endpoint where their methods are registered
     */
    public AnnotatedHandlers(ConfigurableListableBeanFactory beans, XyHandlers endpoint) {
        this.beans = beans;
        this.audience = new Audience(endpoint, null, false);
        this.limits = XyLimits.DEFAULT;
    }

    /**
     * @param beans    where the annotated beans are; beans of a parent context are that context's
     * @param endpoint where their methods are registered, if there is an endpoint
     * @param clients  where those marked with {@link io.xywebsocket.spring.XyClientHandler} are registered, by the clients' names; null if
     *     that is somebody else's concern
     * @param excused  whether it is known already why there is no endpoint, if there is none: no warning is needed then
     * @param limits   its largest message is also the largest answer that is collected of what has many values
     */
    public AnnotatedHandlers(
            ConfigurableListableBeanFactory beans,
            @Nullable XyHandlers endpoint,
            @Nullable Map<String, XyHandlers> clients,
            boolean excused,
            XyLimits limits) {
        this.beans = beans;
        this.audience = new Audience(endpoint, clients == null ? null : Map.copyOf(clients), excused);
        this.limits = limits;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<HandlerMethod> found = new HandlerScan(beans).methods();
        Map<HandlerMethod, List<XyHandlers>> offers = new LinkedHashMap<>();
        found.forEach(handler -> offers.put(handler, audience.of(handler)));
        requireDistinctFunctions(offers);
        Function<HandlerMethod, @Nullable HandlerValidation> validation = validation(offers);
        HandlerRules rules = beans.getBeanProvider(HandlerRules.class).getIfAvailable(() -> HandlerRules.NONE);
        AnswerBounds bounds = AnswerBounds.of(beans, limits);
        List<Runnable> registrations = new ArrayList<>();
        offers.forEach((handler, targets) -> {
            if (!targets.isEmpty()) {
                XyType<?> answer = AnswerType.of(handler);
                boolean guarded = rules.guards(handler.beanName(), handler.method());
                Offer offer = offer(invocation(handler, validation, bounds.of(answer)), answer);
                HandlerViews.requireKnown(handler, answer, beans);
                if (!guarded && handler.clients().isEmpty() && Arguments.needLogin(handler)) {
                    reportLogin(handler, rules);
                }
                targets.forEach(target -> registrations.add(
                        () -> register(handler, offer, guarded ? target.guardedBy(OWN_RULE) : target)));
            }
        });
        registrations.forEach(Runnable::run);
        reportUnreachable(found.stream().filter(audience::misses).toList());
    }

    private static void reportLogin(HandlerMethod handler, HandlerRules rules) {
        if (handler.isFunction()) {
            rules.functionNeedsLogin(handler.name());
        } else {
            rules.listenerNeedsLogin(handler.name());
        }
    }

    private static void reportUnreachable(List<HandlerMethod> handlers) {
        if (!handlers.isEmpty()) {
            log.warn(
                    "There is no xy-websocket endpoint, so nobody can reach these handlers; @XyClientHandler offers"
                            + " them to the server of a client: {}",
                    handlers.stream().map(HandlerMethod::place).collect(Collectors.joining("; ")));
        }
    }

    private static void requireDistinctFunctions(Map<HandlerMethod, List<XyHandlers>> offers) {
        record Claim(XyHandlers target, String function) {}
        Map<Claim, HandlerMethod> claims = new HashMap<>();
        offers.forEach((handler, targets) -> {
            for (XyHandlers target : handler.isFunction() ? targets : List.<XyHandlers>of()) {
                HandlerMethod other = claims.putIfAbsent(new Claim(target, handler.name()), handler);
                if (other != null) {
                    throw new HandlerDefinitionException(
                            "Two methods claim the function '%s':%n  - %s%n  - %s"
                                    .formatted(handler.name(), other.place(), handler.place()),
                            "Give one of them another name, as in @XyRpc(\"another.name\").",
                            null);
                }
            }
        });
    }

    private Function<HandlerMethod, @Nullable HandlerValidation> validation(
            Map<HandlerMethod, List<XyHandlers>> offers) {
        if (ClassUtils.isPresent("jakarta.validation.Validator", beans.getBeanClassLoader())) {
            return new JakartaValidation(beans)::of;
        }
        UncheckedConstraints.report(offers.keySet().stream()
                .filter(handler -> !offers.getOrDefault(handler, List.of()).isEmpty())
                .toList());
        return handler -> null;
    }

    private Invocation invocation(
            HandlerMethod handler,
            Function<HandlerMethod, @Nullable HandlerValidation> validation,
            AnswerBounds bounds) {
        List<Argument> arguments = Arguments.of(handler);
        SignatureCheck.result(handler);
        return new Invocation(
                HandlerTarget.of(beans, handler),
                arguments,
                validation.apply(handler),
                Result.of(handler, bounds),
                Arguments.takePayloadItself(handler));
    }

    /**
     * A handler as a function and as a listener, of which it is one.
     *
     * @param answer what it answers, if it is a function
     */
    private record Offer(XyFunction function, XyType<?> answer, XyListener.Awaited listener) {}

    private static Offer offer(Invocation invocation, XyType<?> answer) {
        return new Offer(
                (name, payload, peer) -> invocation.runLast(payload, peer),
                answer,
                (name, payload, peer) ->
                        invocation.run(payload, peer) instanceof CompletionStage<?> stage ? stage : null);
    }

    private static void register(HandlerMethod handler, Offer offer, XyHandlers handlers) {
        if (!handler.isFunction()) {
            handlers.on(handler.name(), offer.listener());
            return;
        }
        try {
            handlers.register(handler.name(), offer.function(), offer.answer());
        } catch (IllegalStateException e) {
            throw HandlerDefinitionException.unusable(
                    handler, "the function '" + handler.name() + "' has been registered by other means before", e);
        }
    }
}
