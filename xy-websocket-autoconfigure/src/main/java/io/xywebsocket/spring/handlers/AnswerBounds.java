package io.xywebsocket.spring.handlers;

import io.xywebsocket.XyJson;
import io.xywebsocket.XyLimits;
import org.springframework.beans.factory.BeanFactory;

/**
 * How the values of a result are collected that come one after the other.
 *
 * @param json  writes them
 * @param bytes how many bytes of UTF-8 they may have together
 */
record AnswerBounds(XyJson json, int bytes) {

    static AnswerBounds of(BeanFactory beans, XyLimits limits) {
        return new AnswerBounds(
                beans.getBeanProvider(XyJson.class).getIfAvailable(XyJson::plain), limits.maxMessageSize());
    }
}
