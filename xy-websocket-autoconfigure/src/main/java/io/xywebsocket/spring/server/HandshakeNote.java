package io.xywebsocket.spring.server;

import io.xywebsocket.XyHandshake;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Keeps something with a new connection while there is still its request, out of sight of the application: see {@link
 * io.xywebsocket.XyInternals#note}. Thread-safe.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HandshakeNote {

    /** Called once all interceptors have let the request in, on its thread. */
    void take(HttpServletRequest request, XyHandshake handshake);
}
