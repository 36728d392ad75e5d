package io.xywebsocket.spring.server;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Tomcat 10.1 and 11. */
final class TomcatContainer implements ServletContainer {

    private final TomcatWatch watch = new TomcatWatch();
    private final SocketLoops loops = new SocketLoops();

    TomcatWatch watch() {
        return watch;
    }

    SocketLoops loops() {
        return loops;
    }

    @Override
    public boolean owns(ServletRequest request) {
        return request.getClass().getName().startsWith("org.apache.catalina.connector.");
    }

    @Override
    public void upgrade(HttpServletRequest request, HttpServletResponse response, UpgradedConnection connection)
            throws IOException, ServletException {
        request.upgrade(TomcatUpgrade.class).use(connection, this);
        LateRefusals.note(request, response, connection); // Tomcat upgrades whatever the answer is
    }
}
