package io.xywebsocket.spring.server;

import io.xywebsocket.transport.LogText;
import io.xywebsocket.websocket.WebSocketTransport;
import jakarta.servlet.http.WebConnection;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Tomcat hands the events of an upgraded socket to, one at a time: it holds the socket's lock meanwhile. Made by Tomcat, by its name
 * and this constructor; loaded only where Tomcat is.
 */
public final class TomcatUpgrade implements InternalHttpUpgradeHandler {

    private static final Logger log = LoggerFactory.getLogger(TomcatUpgrade.class);

    private @Nullable UpgradedConnection connection;
    private @Nullable TomcatWire wire;
    private @Nullable WebSocketTransport transport;

    /** Before the response has gone out. */
    void use(UpgradedConnection upgraded) {
        connection = upgraded;
    }

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> socket) {
        wire = new TomcatWire(socket);
    }

    /** The response has gone out. */
    @Override
    public void init(WebConnection unused) {
        TomcatWire opening = wire;
        if (opening == null || connection == null) {
            return; // somebody else has upgraded a request to this class
        }
        try {
            transport = connection.open(opening);
        } catch (RuntimeException e) {
            LogText.quietly(() -> log.error("A connection could not be opened", LogText.of(e)));
            opening.abort();
        }
        connection = null;
    }

    @Override
    public SocketState upgradeDispatch(SocketEvent event) {
        TomcatWire socket = wire;
        WebSocketTransport told = transport;
        if (socket == null || told == null || !socket.enter()) {
            return SocketState.CLOSED;
        }
        try {
            switch (event) {
                case OPEN_READ -> socket.read(told);
                case OPEN_WRITE -> socket.writeOn(told);
                default -> told.cut(); // the server stops, or the socket has failed
            }
        } catch (RuntimeException | Error e) { // nobody else would tell the engine
            told.onError(e);
        }
        return socket.leave(event);
    }

    @Override
    public void destroy() {
        if (wire != null) {
            wire.closed();
        }
        if (transport != null) {
            transport.cut();
        }
    }

    @Override
    public void timeoutAsync(long now) {}

    @Override
    public void setSslSupport(SSLSupport sslSupport) {}

    @Override
    public void pause() {}
}
