package io.xywebsocket;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that listens to an event of peers, or, on an interface given to {@link XyCaller#proxy}, an event to send.
 *
 * <p>Events of one peer are handled one after the other, in the order in which they were sent. A listener that returns
 * a stage is finished when the stage is.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface XyEvent {

    /**
     * The event's name on the wire, without a prefix. Default: the method's name. On a handler in a Spring application it may have
     * {@code ${…}} of its properties and {@code #{…}}; what can't be resolved ends the start-up.
     */
    String value() default "";
}
