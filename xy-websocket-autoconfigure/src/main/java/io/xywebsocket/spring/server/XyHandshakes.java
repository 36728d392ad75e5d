package io.xywebsocket.spring.server;

import io.xywebsocket.XyEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.socket.server.support.OriginHandshakeInterceptor;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * The way from an HTTP request to a connection: who may come in, and the answer to who may not. Set up once, then
 * immutable.
 */
public final class XyHandshakes {

    /** Before the mappings of controllers, behind nothing: only upgrades match. */
    private static final int ORDER = -2;

    private static final String SUB_PROTOCOL = "xy";

    private final XyEndpoint endpoint;
    private final List<HandshakeInterceptor> interceptors = new ArrayList<>();
    private boolean compression;
    private int maxSessions = -1;

    /** @param endpoint takes up the connections */
    public XyHandshakes(XyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Whether permessage-deflate (RFC 7692) is negotiated; default: no. */
    public XyHandshakes compression(boolean negotiated) {
        compression = negotiated;
        return this;
    }

    /** Beyond how many connected peers a handshake is answered 503; default: -1, unlimited. */
    public XyHandshakes maxSessions(int max) {
        maxSessions = max;
        return this;
    }

    /**
     * Which origins browsers may come from besides the server's own; others are answered 403.
     *
     * @param origins as in {@code https://example.com}, with {@code *} as in {@code https://*.example.com}, or {@code *} alone for all
     */
    public XyHandshakes allowedOrigins(List<String> origins) {
        OriginHandshakeInterceptor interceptor = new OriginHandshakeInterceptor();
        interceptor.setAllowedOriginPatterns(origins);
        interceptors.add(interceptor);
        return this;
    }

    /** Asked about every handshake, after what was added before. */
    public XyHandshakes interceptor(HandshakeInterceptor interceptor) {
        interceptors.add(interceptor);
        return this;
    }

    /** The mapping of an upgrade on this path; other requests to it go where they would without it. */
    public WebSocketHandlerMapping mapping(String path) {
        DefaultHandshakeHandler handshakes = new DefaultHandshakeHandler(new XyUpgradeStrategy(endpoint, compression));
        handshakes.setSupportedProtocols(SUB_PROTOCOL);
        WebSocketHttpRequestHandler handler = new WebSocketHttpRequestHandler(new UnusedHandler(), handshakes);
        List<HandshakeInterceptor> all = new ArrayList<>(interceptors);
        all.add(new CapacityInterceptor());
        handler.setHandshakeInterceptors(all);
        WebSocketHandlerMapping mapping = new WebSocketHandlerMapping();
        mapping.setWebSocketUpgradeMatch(true);
        mapping.setOrder(ORDER);
        mapping.setUrlMap(Map.of(path, handler));
        return mapping;
    }

    private final class CapacityInterceptor implements HandshakeInterceptor {

        @Override
        public boolean beforeHandshake(
                ServerHttpRequest request,
                ServerHttpResponse response,
                WebSocketHandler handler,
                Map<String, Object> attributes) {
            boolean full = maxSessions >= 0 && endpoint.peers().size() >= maxSessions;
            if (full || endpoint.isShuttingDown()) {
                response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
                return false;
            }
            return true;
        }

        @Override
        public void afterHandshake(
                ServerHttpRequest request,
                ServerHttpResponse response,
                WebSocketHandler handler,
                @org.jspecify.annotations.Nullable Exception failure) {}
    }

    /** The mapping needs one; the upgrade strategy takes the connection over before Spring's session would be made. */
    private static final class UnusedHandler extends AbstractWebSocketHandler {}
}
