package io.xywebsocket.spring.server;

import io.xywebsocket.XyHandshake;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.untrusted.LogText;
import io.xywebsocket.websocket.Handshake;
import io.xywebsocket.websocket.PerMessageDeflate;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.RequestUpgradeStrategy;

/** Answers a handshake, RFC 6455 §4.2.2, and makes a connection of its socket. Thread-safe. */
final class XyUpgradeStrategy implements RequestUpgradeStrategy {

    private static final Logger log = LoggerFactory.getLogger(XyUpgradeStrategy.class);

    private final XyEndpoint endpoint;
    private final boolean compression;
    private final List<HandshakeNote> notes;
    private final List<ServletContainer> containers = ServletContainer.present();
    private final AtomicBoolean toldOfContainer = new AtomicBoolean();

    /** @param notes are taken of each handshake */
    XyUpgradeStrategy(XyEndpoint endpoint, boolean compression, List<HandshakeNote> notes) {
        this.endpoint = endpoint;
        this.compression = compression;
        this.notes = List.copyOf(notes);
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
        Permit permit = permit(servletRequest);
        boolean upgraded = false;
        try {
            String key = key(servletRequest);
            ServletContainer container = ServletContainer.of(containers, servletRequest);
            if (key == null || !servletRequest.getProtocol().equals("HTTP/1.1")) {
                response.setStatusCode(HttpStatus.BAD_REQUEST);
            } else if (container == null) {
                if (toldOfContainer.compareAndSet(false, true)) {
                    log.error(
                            "Handshakes are refused with 500: {}, and this request is a {}",
                            ContainerCheck.SUPPORTED,
                            ServletContainer.unwrap(servletRequest).getClass().getName());
                }
                response.setStatusCode(HttpStatus.INTERNAL_SERVER_ERROR);
            } else {
                XyHandshake handshake = handshake(request, servletRequest, user);
                notes.forEach(note -> note.take(servletRequest, handshake));
                response.flush(); // the interceptors' headers, before the container takes the response
                PerMessageDeflate deflate = compression ? deflate(servletRequest) : null;
                HttpServletResponse servletResponse = ((ServletServerHttpResponse) response).getServletResponse();
                answer(servletResponse, key, protocol, deflate);
                container.upgrade(
                        servletRequest,
                        servletResponse,
                        new UpgradedConnection(endpoint, handshake, present(attributes), permit, deflate));
                servletRequest.removeAttribute(Permit.ATTRIBUTE); // from now on it is the connection's
                permit.upgraded(endpoint.clock());
                upgraded = true;
            }
        } catch (IOException | ServletException e) {
            throw new HandshakeFailureException("The upgrade failed for " + LogText.path(request.getURI()), e);
        } finally {
            if (!upgraded) {
                permit.leave();
            }
        }
    }

    /** Null if the client sends none, one that isn't one, or several. */
    private static @Nullable String key(HttpServletRequest request) {
        List<String> keys = Collections.list(request.getHeaders(WebSocketHttpHeaders.SEC_WEBSOCKET_KEY));
        return keys.size() == 1 && Handshake.isKey(keys.get(0)) ? keys.get(0) : null;
    }

    private static @Nullable PerMessageDeflate deflate(HttpServletRequest request) {
        return PerMessageDeflate.negotiate(
                Collections.list(request.getHeaders(WebSocketHttpHeaders.SEC_WEBSOCKET_EXTENSIONS)));
    }

    static void answer(
            HttpServletResponse response, String key, @Nullable String protocol, @Nullable PerMessageDeflate deflate) {
        response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
        response.setHeader(HttpHeaders.UPGRADE, "websocket");
        response.setHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        response.setHeader(WebSocketHttpHeaders.SEC_WEBSOCKET_ACCEPT, Handshake.accept(key));
        if (protocol != null) {
            response.setHeader(WebSocketHttpHeaders.SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        if (deflate != null) {
            response.setHeader(WebSocketHttpHeaders.SEC_WEBSOCKET_EXTENSIONS, deflate.responseHeader());
        }
    }

    /** The one that the handshake has taken, if it came by way of {@link CapacityInterceptor}. */
    private static Permit permit(HttpServletRequest request) {
        return request.getAttribute(Permit.ATTRIBUTE) instanceof Permit taken ? taken : new Permit(() -> {}, () -> {});
    }

    /** Interceptors may put null, as for an attribute that a session has no longer. */
    private static Map<String, Object> present(Map<String, @Nullable Object> attributes) {
        Map<String, Object> present = new ConcurrentHashMap<>();
        attributes.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return present;
    }

    /** Copies what it needs: the container uses its requests again. */
    private static XyHandshake handshake(
            ServerHttpRequest request, HttpServletRequest servletRequest, @Nullable Principal user) {
        XyHandshake.Builder handshake = XyHandshake.builder(request.getURI());
        request.getHeaders().forEach((name, values) -> values.forEach(value -> handshake.header(name, value)));
        return handshake
                .principal(user)
                .remoteAddress(servletRequest.getRemoteAddr())
                .build();
    }
}
