package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import io.xywebsocket.XyType;
import java.lang.reflect.ParameterizedType;
import org.springframework.beans.factory.BeanFactory;

/**
 * How the values of a result are collected that come one after the other.
 *
 * @param json  writes them
 * @param bytes how many bytes of UTF-8 they may have together
 * @param value what each of them is declared as
 */
record AnswerBounds(XyJson json, int bytes, XyType<?> value) {

    static AnswerBounds of(BeanFactory beans, XyLimits limits) {
        return new AnswerBounds(
                beans.getBeanProvider(XyJson.class).getIfAvailable(XyJson::plain),
                limits.maxMessageSize(),
                XyType.of(Object.class));
    }

    /** The same for the values of an answer that is declared as a list of them. */
    AnswerBounds of(XyType<?> answer) {
        if (!(answer.type() instanceof ParameterizedType list)) {
            return this;
        }
        XyType<?> each = XyType.of(list.getActualTypeArguments()[0]);
        return new AnswerBounds(json, bytes, answer.view() == null ? each : each.withView(answer.view()));
    }
}
