package io.xywebsocket.spring;

import io.xywebsocket.client.XyClientBuilder;

/**
 * A bean of this type changes clients before they are built, after the properties have been applied.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface XyClientCustomizer {

    /**
     * Called once for each client, while the application starts.
     *
     * @param name   the client's name in {@code xy.websocket.clients}; empty for the one of {@code xy.websocket.client}
     * @param client what is to be built
     */
    void customize(String name, XyClientBuilder client);
}
