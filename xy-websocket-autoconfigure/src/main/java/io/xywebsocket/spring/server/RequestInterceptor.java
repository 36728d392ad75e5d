package io.xywebsocket.spring.server;

import io.xywebsocket.untrusted.LogText;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketHttpHeaders;

/** Refuses requests with 400 that nobody behind it could read: Spring would take them for errors of the server's. Thread-safe. */
final class RequestInterceptor extends RefusingInterceptor {

    private static final Logger log = LoggerFactory.getLogger(RequestInterceptor.class);

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        try {
            request.getURI();
            new WebSocketHttpHeaders(request.getHeaders()).getSecWebSocketExtensions();
            acceptAnyCase(request.getHeaders());
            return true;
        } catch (RuntimeException e) {
            log.debug("A handshake is refused: its URI or its extensions can't be read", LogText.of(e));
            response.setStatusCode(HttpStatus.BAD_REQUEST);
            return false;
        }
    }

    /** Spring knows "Upgrade" and "upgrade", and RFC 6455 §4.2.1 any other too. */
    private static void acceptAnyCase(HttpHeaders headers) {
        if (headers.getConnection().stream().anyMatch(HttpHeaders.UPGRADE::equalsIgnoreCase)) {
            headers.setConnection(HttpHeaders.UPGRADE);
        }
    }
}
