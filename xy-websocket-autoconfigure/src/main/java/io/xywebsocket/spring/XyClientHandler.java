package io.xywebsocket.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Methods marked with {@link io.xywebsocket.XyRpc} or {@link io.xywebsocket.XyEvent} that are for the server of one of this
 * application's clients, instead of for the peers of its own endpoint. On a class it stands for all its methods; on a method
 * it wins over that.
 *
 * @since 0.1
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface XyClientHandler {

    /**
     * The clients, by their names in {@code xy.websocket.clients}. Default: the one of {@code xy.websocket.client}. A name that
     * no client has ends the start-up; {@code ${…}} is resolved.
     */
    String[] value() default {};
}
