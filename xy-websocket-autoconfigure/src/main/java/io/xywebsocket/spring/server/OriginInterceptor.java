package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.untrusted.LogText;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.support.OriginHandshakeInterceptor;

/** Refuses browsers that come from other origins, and an {@code Origin} that is none: Spring would take that for an error. Thread-safe. */
final class OriginInterceptor extends OriginHandshakeInterceptor {

    private static final Logger log = LoggerFactory.getLogger(OriginInterceptor.class);

    private final OriginRefusals refusals;

    OriginInterceptor(List<String> allowed, XyClock clock) {
        setAllowedOriginPatterns(allowed);
        refusals = new OriginRefusals(clock);
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes)
            throws Exception {
        String origin = request.getHeaders().getOrigin();
        if (Origins.isWellFormed(origin)) {
            boolean allowed = super.beforeHandshake(request, response, handler, attributes);
            if (!allowed) {
                refusals.tell(request);
            }
            return allowed;
        }
        log.debug("A handshake is refused: its Origin header can't be read: {}", LogText.of(String.valueOf(origin)));
        response.setStatusCode(HttpStatus.FORBIDDEN);
        return false;
    }
}
