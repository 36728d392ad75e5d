package io.xywebsocket;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that peers can call, or, on an interface for {@link XyCaller#proxy}, a function of the other side.
 *
 * <p>The return value is the answer: a value, {@code null}, nothing ({@code void}), or a stage that is awaited. An
 * exception rejects the call, see {@link XyException}.
 *
 * <pre>{@code
 * @Component
 * class StockFunctions {
 *
 *     @XyRpc("stock.level") // the payload is the query
 *     StockLevel level(StockQuery query) {
 *         return stock.level(query);
 *     }
 *
 *     @XyRpc("stock.move") // the payload is an object with sku and amount
 *     StockLevel move(String sku, int amount, Principal user) {
 *         return stock.move(sku, amount, user.getName());
 *     }
 * }
 * }</pre>
 *
 * @since 0.1
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface XyRpc {

    /**
     * The function's name on the wire, without a prefix. Default: the method's name. On a handler in a Spring
     * application it may contain {@code ${…}} placeholders and {@code #{…}} expressions; if one can't be resolved,
     * startup fails.
     */
    String value() default "";
}
