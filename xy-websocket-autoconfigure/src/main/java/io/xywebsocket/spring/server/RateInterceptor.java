package io.xywebsocket.spring.server;

import java.time.Duration;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;

/** Refuses the handshakes of addresses that try too often. Thread-safe. */
final class RateInterceptor extends RefusingInterceptor {

    private final HandshakeLimit limit;

    RateInterceptor(HandshakeLimit limit) {
        this.limit = limit;
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        Duration wait = limit.take(RemoteAddress.of(((ServletServerHttpRequest) request).getServletRequest()));
        if (wait.isZero()) {
            return true;
        }
        response.getHeaders()
                .set(HttpHeaders.RETRY_AFTER, "" + wait.plusMillis(999).toSeconds());
        response.setStatusCode(HttpStatus.TOO_MANY_REQUESTS);
        return false;
    }
}
