package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyLimits;
import io.xywebsocket.concurrent.LogThrottle;
import java.security.Principal;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;

/** Refuses users with 403 whose names are longer than the endpoint takes. Thread-safe. */
final class UserNameInterceptor extends RefusingInterceptor {

    private static final Logger log = LoggerFactory.getLogger(UserNameInterceptor.class);

    private final LogThrottle throttle;

    UserNameInterceptor(XyClock clock) {
        this.throttle = new LogThrottle(clock);
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes) {
        Principal principal = request.getPrincipal();
        String name = principal == null ? null : principal.getName();
        if (name == null || name.length() <= XyLimits.MAX_NAME) {
            return true;
        }
        if (throttle.tryAcquire()) {
            log.warn(
                    "A handshake is refused with 403: its user's name has {} characters, and {} at most are taken{}",
                    name.length(),
                    XyLimits.MAX_NAME,
                    throttle.takeSuppressed("more"));
        }
        response.setStatusCode(HttpStatus.FORBIDDEN);
        return false;
    }
}
