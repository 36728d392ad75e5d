package io.xywebsocket.spring.server;

import io.xywebsocket.engine.XyEndpoint;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Turns handshakes away for which there is no room, and gives the others a {@link Permit}. Thread-safe. */
final class CapacityInterceptor implements HandshakeInterceptor {

    private final XyEndpoint endpoint;
    private final Permits permits;
    private final HandshakeLimit limit;

    CapacityInterceptor(XyEndpoint endpoint, Permits permits, HandshakeLimit limit) {
        this.endpoint = endpoint;
        this.permits = permits;
        this.limit = limit;
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        HttpServletRequest servletRequest = servletRequest(request);
        String address = RemoteAddress.of(servletRequest);
        if (endpoint.isShuttingDown()) {
            response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
            return false;
        }
        Principal principal = servletRequest.getUserPrincipal();
        String user = principal == null ? null : principal.getName();
        Permits.Bound full = permits.take(user, address);
        if (full != null) {
            response.setStatusCode(
                    full == Permits.Bound.ALL ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.TOO_MANY_REQUESTS);
            return false;
        }
        servletRequest.setAttribute(
                Permit.ATTRIBUTE, new Permit(() -> permits.giveBack(user, address), () -> limit.take(address)));
        return true;
    }

    /** A handshake that never came to its upgrade still has its permit. */
    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception failure) {
        if (servletRequest(request).getAttribute(Permit.ATTRIBUTE) instanceof Permit permit) {
            permit.leave();
        }
    }

    private static HttpServletRequest servletRequest(ServerHttpRequest request) {
        return ((ServletServerHttpRequest) request).getServletRequest();
    }
}
