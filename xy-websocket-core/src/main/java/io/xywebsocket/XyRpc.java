package io.xywebsocket;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that peers can call, or, on an interface given to {@link XyCaller#proxy}, a function of the other side.
 *
 * <p>What the method returns is the answer: a value, {@code null}, nothing ({@code void}), or a stage that is awaited.
 * What it throws is the rejection, see {@link XyException}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface XyRpc {

    /**
     * The function's name on the wire, without a prefix. Default: the method's name. On a handler in a Spring application it may have
     * {@code ${…}} of its properties and {@code #{…}}; what can't be resolved ends the start-up.
     */
    String value() default "";
}
