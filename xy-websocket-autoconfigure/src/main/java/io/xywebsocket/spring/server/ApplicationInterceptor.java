package io.xywebsocket.spring.server;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** An interceptor of the application's, whose refusal is never answered with 200. Thread-safe as far as it is. */
record ApplicationInterceptor(HandshakeInterceptor interceptor) implements HandshakeInterceptor {

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes)
            throws Exception {
        boolean proceeds = interceptor.beforeHandshake(request, response, handler, attributes);
        if (!proceeds && hasNoStatus(((ServletServerHttpResponse) response).getServletResponse())) {
            response.setStatusCode(HttpStatus.FORBIDDEN);
        }
        return proceeds;
    }

    private static boolean hasNoStatus(HttpServletResponse response) {
        return response.getStatus() == HttpServletResponse.SC_OK && !response.isCommitted();
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception failure) {
        interceptor.afterHandshake(request, response, handler, failure);
    }

    /** Spring names it in its log. */
    @Override
    public String toString() {
        return interceptor.getClass().getName();
    }
}
