package io.xywebsocket;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that listens to an event of peers, or, on an interface for {@link XyCaller#proxy}, an event to send.
 *
 * <p>Events of one peer are handled one after the other, in the order in which they were sent. A listener that returns
 * a stage finishes with that stage.
 *
 * <pre>{@code
 * @Component
 * class ParcelListeners {
 *
 *     @XyEvent("parcel.scanned")
 *     void scanned(Scan scan, XyPeer peer) {
 *         Position at = peer.await("courier.locate", scan.courier(), Position.class);
 *         parcels.scanned(scan, at);
 *     }
 * }
 * }</pre>
 *
 * @since 0.1
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface XyEvent {

    /**
     * The event's name on the wire, without a prefix. Default: the method's name. On a handler in a Spring application
     * it may contain {@code ${…}} placeholders and {@code #{…}} expressions; if one can't be resolved, startup fails.
     */
    String value() default "";
}
