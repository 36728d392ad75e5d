package io.xywebsocket.spring.server;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/** Spring's handler of upgrades, whose failures the container doesn't hear of: it would log each with its trace, and the query of the request. */
final class UpgradeRequestHandler extends WebSocketHttpRequestHandler {

    private final HandshakeFailures failures;

    UpgradeRequestHandler(WebSocketHandler handler, HandshakeHandler handshakes, HandshakeFailures failures) {
        super(handler, handshakes);
        this.failures = failures;
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        try {
            super.handleRequest(request, response);
        } catch (HandshakeFailureException e) {
            if (response.isCommitted() || hasAnswer(e)) {
                throw e;
            }
            failures.tell(e.getCause() == null ? e : e.getCause());
            response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
        }
    }

    /** Whether MVC or the security chain makes another status of it. */
    private static boolean hasAnswer(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure.getCause(); cause != null && depth < 100; cause = cause.getCause()) {
            if (cause instanceof ErrorResponse
                    || AnnotatedElementUtils.hasAnnotation(cause.getClass(), ResponseStatus.class)
                    || cause.getClass().getName().startsWith("org.springframework.security.")) {
                return true;
            }
            depth++;
        }
        return false;
    }
}
