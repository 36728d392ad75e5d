package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.spring.json.JsonViews;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** {@code @JsonView} on handlers, as Spring MVC has it: on a method for what it answers, on a parameter for what it gets. */
final class HandlerViews {

    private HandlerViews() {}

    /**
     * The view in which the answers of a handler are written; null for none.
     *
     * @param answer what they are declared as
     */
    static @Nullable Class<?> ofAnswer(HandlerMethod handler, Type answer) {
        List<Class<?>> views = JsonViews.of(handler.method());
        boolean answers =
                handler.isFunction() && answer != void.class && answer != Void.class && answer != XyPayload.class;
        return views == null
                ? null
                : single(handler, views, answers, "its @JsonView is for its answer, and it has none");
    }

    /**
     * The view in which a parameter's value is read; null for none.
     *
     * @param payload whether it comes from the payload
     */
    static @Nullable Class<?> ofParameter(HandlerMethod handler, HandlerParameter parameter, boolean payload) {
        List<Class<?>> views = JsonViews.of(
                AnnotatedElementUtils.forAnnotations(parameter.source().getParameterAnnotations()));
        String type = parameter.rawType().getSimpleName();
        return views == null
                ? null
                : single(
                        handler, views, payload, "it has a @JsonView on its " + type + ", which is not read as a type");
    }

    private static Class<?> single(HandlerMethod handler, List<Class<?>> views, boolean hasValue, String pointless) {
        if (views.size() != 1) {
            throw HandlerDefinitionException.unusable(handler, "a @JsonView of it doesn't name exactly one view", null);
        } else if (!hasValue) {
            throw HandlerDefinitionException.unusable(handler, pointless, null);
        }
        return views.get(0);
    }

    /** @throws HandlerDefinitionException if the application's own JSON knows no views, and the handler wants some */
    static void requireKnown(HandlerMethod handler, XyType<?> answer, BeanFactory beans) {
        Stream<Class<?>> read = HandlerParameter.of(handler.method(), handler.beanType()).stream()
                .flatMap(parameter -> Stream.ofNullable(ofParameter(handler, parameter, true)));
        Stream.concat(Stream.ofNullable(answer.view()), read).forEach(view -> {
            XyJson json = beans.getBeanProvider(XyJson.class).getIfAvailable();
            try {
                if (json != null) {
                    json.withView(view);
                }
            } catch (UnsupportedOperationException e) {
                throw HandlerDefinitionException.unusable(handler, "it has a @JsonView, but " + e.getMessage(), e);
            }
        });
    }
}
