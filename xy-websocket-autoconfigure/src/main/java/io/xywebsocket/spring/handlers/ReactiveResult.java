package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyPeer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/**
 * Results of the kinds that Spring's {@link ReactiveAdapterRegistry} knows: none where Reactive Streams aren't on the class
 * path, so nothing of them may be needed to load this class.
 */
final class ReactiveResult {

    private ReactiveResult() {}

    /**
     * How results of a declared type are treated.
     *
     * @param valued whether their values matter
     * @param bounds of what is collected
     * @return null if the type is not reactive
     */
    static @Nullable Result of(ResolvableType type, boolean valued, AnswerBounds bounds) {
        ReactiveAdapterRegistry registry = ReactiveAdapterRegistry.getSharedInstance();
        Class<?> raw = type.resolve(Object.class);
        if (raw == Object.class) {
            return (returned, peer) -> undeclared(registry, returned, valued, bounds, peer);
        }
        ReactiveAdapter adapter = registry.getAdapter(raw);
        if (adapter == null) {
            return null;
        }
        boolean empty = Result.isNothing(
                type.as(adapter.getReactiveType()).getGeneric(0).resolve(Object.class));
        Collected.Shape shape = shape(adapter, valued && !empty, valued);
        return (returned, peer) ->
                returned == null ? shape.nothing() : collected(adapter, returned, shape, bounds, peer);
    }

    /** A method that returns an {@code Object} may return anything. */
    private static @Nullable Object undeclared(
            ReactiveAdapterRegistry registry,
            @Nullable Object returned,
            boolean valued,
            AnswerBounds bounds,
            XyPeer peer) {
        if (returned == null || returned instanceof CompletionStage) {
            return returned;
        }
        ReactiveAdapter adapter = registry.getAdapter(null, returned);
        return adapter == null ? returned : collected(adapter, returned, shape(adapter, valued, valued), bounds, peer);
    }

    /** What has many values may have no end, and ends with its peer; what has one is left to finish what it has begun. */
    private static Object collected(
            ReactiveAdapter adapter, Object returned, Collected.Shape shape, AnswerBounds bounds, XyPeer peer) {
        return Collected.from(adapter.toPublisher(returned), shape, bounds, adapter.isMultiValue() ? peer : null);
    }

    private static Collected.Shape shape(ReactiveAdapter adapter, boolean hasValue, boolean answered) {
        if (!hasValue || adapter.isNoValue()) {
            return answered ? Collected.Shape.NO_VALUE : Collected.Shape.IGNORED;
        }
        return adapter.isMultiValue() ? Collected.Shape.ALL : Collected.Shape.ONE;
    }
}
