package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.untrusted.LogText;
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
 *
 * @since 0.1
 */
public final class TomcatUpgrade implements InternalHttpUpgradeHandler {

    private static final Logger log = LoggerFactory.getLogger(TomcatUpgrade.class);

    // set before any other thread has this
    private @Nullable UpgradedConnection connection;
    private @Nullable TomcatContainer container;
    private @Nullable XyClock clock;
    private @Nullable TomcatWire wire;
    private @Nullable WebSocketTransport transport;

    /** Before the response has gone out. */
    void use(UpgradedConnection upgraded, TomcatContainer by) {
        connection = upgraded;
        container = by;
        clock = upgraded.clock();
    }

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> socket) {
        if (container != null) {
            wire = TomcatWire.of(socket, container.loops(), this::watch);
        }
    }

    /** The response has gone out. Without a transport, Tomcat closes the socket next. */
    @Override
    public void init(WebConnection unused) {
        UpgradedConnection opening = connection;
        connection = null;
        if (wire == null || opening == null || opening.isRefused()) {
            return; // somebody else has upgraded a request to this class, or the response was another
        }
        try {
            transport = opening.open(wire);
            if (wire instanceof TomcatWrapperWire) { // of which nobody else tells that Tomcat has closed it
                watch();
            }
        } catch (RuntimeException e) {
            LogText.quietly(() -> log.error("A connection could not be opened", LogText.of(e)));
            wire.abort();
        }
    }

    private void watch() {
        if (container != null && clock != null) {
            container.watch().add(this, clock);
        }
    }

    /** Looks whether the connection is still there. Returns whether to look again. */
    boolean check() {
        TomcatWire socket = wire;
        WebSocketTransport told = transport;
        if (socket == null || told == null) {
            return false;
        }
        if (!socket.retry()) {
            told.abort();
            socket.closeSocket(); // Tomcat has no thread to do that on, and counts its connections by that
            return false;
        }
        return socket.hasRefused() || (socket instanceof TomcatWrapperWire && !socket.isOver());
    }

    @Override
    public SocketState upgradeDispatch(SocketEvent event) {
        TomcatWire socket = wire;
        WebSocketTransport told = transport;
        return socket == null || told == null ? SocketState.CLOSED : socket.turn(event, told);
    }

    @Override
    public void destroy() {
        if (container != null) {
            container.watch().remove(this);
        }
        if (wire != null) {
            wire.closed();
        }
        if (transport != null) {
            transport.abort();
        }
    }

    /** Tomcat stops if the time is negative, and closes its sockets without a word. */
    @Override
    public void timeoutAsync(long now) {
        WebSocketTransport told = transport;
        if (now < 0 && told != null) {
            told.abort();
        }
    }

    @Override
    public void setSslSupport(SSLSupport sslSupport) {}

    @Override
    public void pause() {}
}
