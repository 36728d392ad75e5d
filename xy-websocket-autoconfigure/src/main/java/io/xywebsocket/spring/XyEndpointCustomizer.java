package io.xywebsocket.spring;

import io.xywebsocket.engine.XyEndpointBuilder;

/**
 * A bean of this type changes the endpoint before it is built, after the properties have been applied.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface XyEndpointCustomizer {

    /** Called once, while the application starts. */
    void customize(XyEndpointBuilder endpoint);
}
