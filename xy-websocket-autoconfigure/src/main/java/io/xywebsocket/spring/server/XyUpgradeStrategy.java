package io.xywebsocket.spring.server;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.transport.LogText;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.RequestUpgradeStrategy;
import org.springframework.web.socket.server.standard.ServerEndpointRegistration;

/**
 * Upgrades a request to a connection of an endpoint by Jakarta WebSocket, on every container alike: there alone pieces of messages
 * are handed over on Jetty too, and permessage-deflate can be declined for this path alone.
 */
final class XyUpgradeStrategy implements RequestUpgradeStrategy {

    private static final Logger log = LoggerFactory.getLogger(XyUpgradeStrategy.class);

    /** How many of the container's threads may be held up by peers that send faster than they are served. */
    private static final int MAX_HELD_THREADS = 50;

    /** Of a session's user properties: a reference to what the container has upgraded the request to, if that is ours. */
    static final String UPGRADE = XyUpgradeStrategy.class.getName() + ".UPGRADE";

    private final XyEndpoint endpoint;
    private final boolean compression;
    private final Semaphore heldThreads = new Semaphore(MAX_HELD_THREADS);

    XyUpgradeStrategy(XyEndpoint endpoint, boolean compression) {
        this.endpoint = endpoint;
        this.compression = compression;
    }

    @Override
    public String[] getSupportedVersions() {
        return new String[] {"13"};
    }

    @Override
    public List<WebSocketExtension> getSupportedExtensions(ServerHttpRequest request) {
        return List.of();
    }

    @Override
    public void upgrade(
            ServerHttpRequest request,
            ServerHttpResponse response,
            @Nullable String protocol,
            List<WebSocketExtension> extensions,
            @Nullable Principal user,
            WebSocketHandler ignored,
            Map<String, Object> attributes)
            throws HandshakeFailureException {
        HttpServletRequest servletRequest = ((ServletServerHttpRequest) request).getServletRequest();
        Object container = servletRequest.getServletContext().getAttribute(ServerContainer.class.getName());
        if (!(container instanceof ServerContainer webSockets)) {
            throw new HandshakeFailureException("This server has no WebSocket support: there is no "
                    + ServerContainer.class.getName() + " in its servlet context");
        }
        Seat seat = seat(servletRequest);
        boolean upgraded = false;
        try {
            JakartaConnection connection = new JakartaConnection(
                    endpoint, handshake(request, user), new ConcurrentHashMap<>(attributes), heldThreads, seat);
            Registration registration =
                    new Registration(servletRequest.getRequestURI(), connection, protocol, compression);
            webSockets.upgradeHttpToWebSocket(
                    new Upgrading(servletRequest, registration),
                    ((ServletServerHttpResponse) response).getServletResponse(),
                    registration,
                    Map.of());
            servletRequest.removeAttribute(Seat.ATTRIBUTE); // from now on it is the connection's
            seat.upgraded(endpoint.clock());
            upgraded = true;
        } catch (
                IllegalArgumentException e) { // what Tomcat throws at an offer of permessage-deflate that it can't read
            log.debug("A handshake is refused: the container can't read it", LogText.of(e));
            response.setStatusCode(HttpStatus.BAD_REQUEST);
        } catch (IOException | DeploymentException e) {
            throw new HandshakeFailureException("The upgrade failed for " + LogText.path(request.getURI()), e);
        } finally {
            if (!upgraded) {
                seat.leave(1006);
            }
        }
    }

    /** The one that the handshake has taken, if it came by way of {@link CapacityInterceptor}. */
    private static Seat seat(HttpServletRequest request) {
        return request.getAttribute(Seat.ATTRIBUTE) instanceof Seat taken ? taken : new Seat(() -> {}, () -> {});
    }

    /** Copies what it needs: the container uses its requests again. */
    private static XyHandshake handshake(ServerHttpRequest request, @Nullable Principal user) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        request.getHeaders().forEach(headers::put);
        return new XyHandshake(request.getURI(), headers, user);
    }

    /**
     * What the container sees: no session, because Tomcat would end the connection with it by itself, with 1008, whatever has logged it in, and we end
     * what belongs to it with a code that says more. And Tomcat upgrades to a handler of ours.
     */
    private static final class Upgrading extends HttpServletRequestWrapper {

        private final AtomicReference<@Nullable Object> upgrade = new AtomicReference<>();

        Upgrading(HttpServletRequest request, Registration registration) {
            super(request);
            registration.getUserProperties().put(UPGRADE, upgrade);
        }

        @Override
        public <T extends HttpUpgradeHandler> T upgrade(Class<T> handler) throws IOException, ServletException {
            if (!handler.getName().equals("org.apache.tomcat.websocket.server.WsHttpUpgradeHandler")) {
                return super.upgrade(handler);
            }
            HttpUpgradeHandler ours = super.upgrade(TomcatUpgrade.type());
            upgrade.set(ours);
            return handler.cast(ours);
        }

        @Override
        public @Nullable HttpSession getSession(boolean create) {
            return create ? super.getSession(true) : null;
        }
    }

    private static final class Registration extends ServerEndpointRegistration {

        private final List<String> protocols;
        private final boolean compression;

        Registration(String path, JakartaConnection connection, @Nullable String protocol, boolean compression) {
            super(path, connection);
            this.protocols = protocol == null ? List.of() : List.of(protocol);
            this.compression = compression;
            setSubprotocols(protocols);
        }

        /** Jetty refuses a class that isn't public, although all that it needs is there: the object. */
        @Override
        public Class<? extends Endpoint> getEndpointClass() {
            return Endpoint.class;
        }

        @Override
        public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
            return protocols.isEmpty() ? "" : protocols.get(0);
        }

        @Override
        public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
            return compression ? super.getNegotiatedExtensions(installed, requested) : List.of();
        }
    }
}
