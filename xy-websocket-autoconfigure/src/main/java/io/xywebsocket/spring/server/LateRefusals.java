package io.xywebsocket.spring.server;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Sees to it that there is no connection for a handshake that a filter, or an error page, has answered otherwise in the end. Tomcat calls it behind
 * all of them, and before it upgrades.
 *
 * @since 0.1
 */
public final class LateRefusals implements ServletRequestListener {

    private static final String ATTRIBUTE = LateRefusals.class.getName();

    private record Answer(HttpServletResponse response, UpgradedConnection connection) {}

    /** Has the answer looked at when it is final. */
    static void note(ServletRequest request, ServletResponse response, UpgradedConnection connection) {
        ServletResponse inner = response;
        while (inner instanceof ServletResponseWrapper wrapper) { // which may tell of another status
            inner = wrapper.getResponse();
        }
        request.setAttribute(ATTRIBUTE, new Answer((HttpServletResponse) inner, connection));
    }

    @Override
    public void requestDestroyed(ServletRequestEvent event) {
        if (event.getServletRequest().getAttribute(ATTRIBUTE) instanceof Answer answer
                && answer.response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
            answer.connection.refuse();
        }
    }
}
