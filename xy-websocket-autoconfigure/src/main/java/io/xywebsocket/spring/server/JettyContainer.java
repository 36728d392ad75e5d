package io.xywebsocket.spring.server;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Jetty 12.0 and 12.1, whose servlets of each version of Jakarta EE are in a package of their own. */
final class JettyContainer implements ServletContainer {

    private static final Pattern SERVLET_REQUEST =
            Pattern.compile("org\\.eclipse\\.jetty\\.ee\\d+\\.servlet\\.ServletApiRequest(\\$.*)?");

    @Override
    public boolean owns(ServletRequest request) {
        return SERVLET_REQUEST.matcher(request.getClass().getName()).matches();
    }

    @Override
    public void upgrade(HttpServletRequest request, HttpServletResponse response, UpgradedConnection connection)
            throws IOException {
        Request core = core(ServletContainer.unwrap(request));
        ConnectionMetaData http = core.getConnectionMetaData();
        Connector connector = http.getConnector();
        JettyConnection upgraded = new JettyConnection(
                http.getConnection().getEndPoint(), connector.getExecutor(), connection::transport, connection::open);
        connector.getEventListeners().forEach(upgraded::addEventListener);
        core.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, upgraded);
        core.addHttpStreamWrapper(stream -> new OnlyIfSwitching(stream, core, connection));
    }

    /** Jetty upgrades whatever the answer is, which a filter that fails may have changed. */
    private static final class OnlyIfSwitching extends HttpStream.Wrapper {

        private final Request request;
        private final UpgradedConnection connection;

        OnlyIfSwitching(HttpStream stream, Request request, UpgradedConnection connection) {
            super(stream);
            this.request = request;
            this.connection = connection;
        }

        @Override
        public void send(
                MetaData.Request sent,
                MetaData.@Nullable Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            if (response != null && response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
                request.removeAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE);
                connection.refuse();
            }
            super.send(sent, response, last, content, callback);
        }
    }

    /** The request of Jetty's that the servlet's is a view of. */
    private static Request core(ServletRequest request) throws IOException {
        try {
            return (Request) request.getClass().getMethod("getRequest").invoke(request);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IOException("This version of Jetty is not supported: its requests lead to no connection", e);
        }
    }
}
