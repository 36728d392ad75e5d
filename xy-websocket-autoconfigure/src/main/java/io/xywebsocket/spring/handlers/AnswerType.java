package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/** What the answers of a function are declared as: of a stage or a publisher, what comes of it. */
final class AnswerType {

    private AnswerType() {}

    /** @throws HandlerDefinitionException if the method has a view that can't be */
    static XyType<?> of(HandlerMethod handler) {
        ResolvableType declared = ResolvableType.forMethodReturnType(handler.method(), handler.beanType());
        XyType<?> type = XyType.of(held(declared));
        Class<?> view = HandlerViews.ofAnswer(handler, type.type());
        return view == null ? type : type.withView(view);
    }

    private static Type held(ResolvableType declared) {
        Class<?> raw = declared.resolve(Object.class);
        if (CompletionStage.class.isAssignableFrom(raw)) {
            return argument(declared.as(CompletionStage.class));
        }
        ReactiveAdapter adapter = raw == Object.class
                ? null
                : ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
        if (adapter == null) {
            return ConcreteType.of(declared);
        } else if (adapter.isNoValue()) {
            return Void.class;
        }
        Type value = argument(declared.as(adapter.getReactiveType()));
        return adapter.isMultiValue() && value != Void.class
                ? ResolvableType.forClassWithGenerics(List.class, ResolvableType.forType(value))
                        .getType()
                : value;
    }

    private static Type argument(ResolvableType type) {
        return type.hasGenerics() ? ConcreteType.of(type.getGeneric(0)) : Object.class;
    }
}
