package io.xywebsocket.spring.server;

import io.xywebsocket.engine.XyEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * The way from an HTTP request to a connection: who may come in, and the answer to who may not. Set up once, then
 * immutable.
 *
 * @since 0.1
 */
public final class XyHandshakes {

    /** Before the mappings of controllers, behind nothing: only upgrades match. */
    private static final int ORDER = -2;

    private static final String SUB_PROTOCOL = "xy";

    private final XyEndpoint endpoint;
    private final List<HandshakeInterceptor> interceptors = new ArrayList<>();
    private final List<HandshakeNote> notes = new ArrayList<>();
    private boolean compression;
    private Permits permits = new Permits(-1, -1, -1);
    private HandshakeLimit limit = address -> Duration.ZERO;

    /** @param endpoint takes up the connections */
    public XyHandshakes(XyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Whether permessage-deflate (RFC 7692) is negotiated; default: no. */
    public XyHandshakes compression(boolean negotiated) {
        compression = negotiated;
        return this;
    }

    /**
     * How many connections there may be; each bound may be -1 for unlimited, which is the default. Beyond them a handshake is refused.
     *
     * @param max           in all; beyond it the answer is 503
     * @param maxPerUser    of who has logged in, by his name; beyond it the answer is 429
     * @param maxPerAddress from one IPv4 address, or one /64 of IPv6, as the container sees it; beyond it the answer is 429
     */
    public XyHandshakes maxSessions(int max, int maxPerUser, int maxPerAddress) {
        permits = new Permits(max, maxPerUser, maxPerAddress);
        return this;
    }

    /** How often an address may try, before anything else is asked; beyond it the answer is 429. Default: as often as it likes. */
    public XyHandshakes limit(HandshakeLimit newLimit) {
        limit = newLimit;
        return this;
    }

    /**
     * Which origins browsers may come from besides the server's own; others are answered 403.
     *
     * @param origins as in {@code https://example.com}, with {@code *} as in {@code https://*.example.com}, or {@code *} alone for all
     */
    public XyHandshakes allowedOrigins(List<String> origins) {
        interceptors.add(new OriginInterceptor(origins, endpoint.clock()));
        return this;
    }

    /**
     * An interceptor of the application's: asked about every handshake after what was added before; the attributes that
     * it puts are those of the peer. If it refuses without a status, the answer is 403.
     */
    public XyHandshakes interceptor(HandshakeInterceptor interceptor) {
        interceptors.add(new ApplicationInterceptor(interceptor));
        return this;
    }

    /** Takes its note of every handshake that becomes a connection. */
    public XyHandshakes note(HandshakeNote note) {
        notes.add(note);
        return this;
    }

    /** The mapping of an upgrade on this path; other requests to it go where they would without it. */
    public WebSocketHandlerMapping mapping(String path) {
        DefaultHandshakeHandler handshakes =
                new DefaultHandshakeHandler(new XyUpgradeStrategy(endpoint, compression, notes));
        handshakes.setSupportedProtocols(SUB_PROTOCOL);
        WebSocketHttpRequestHandler handler = new UpgradeRequestHandler(
                new UnusedHandler(), naming(handshakes), new HandshakeFailures(endpoint.clock()));
        List<HandshakeInterceptor> all = new ArrayList<>();
        all.add(new RateInterceptor(limit)); // first: a handshake that is refused for something else counts too
        all.add(new RequestInterceptor());
        all.add(new UserNameInterceptor(endpoint.clock()));
        all.addAll(interceptors);
        all.add(new CapacityInterceptor(endpoint, permits, limit));
        handler.setHandshakeInterceptors(all);
        WebSocketHandlerMapping mapping = new WebSocketHandlerMapping();
        mapping.setWebSocketUpgradeMatch(true);
        mapping.setOrder(ORDER);
        mapping.setUrlMap(Map.of(path, handler));
        return mapping;
    }

    /**
     * Names what would be taken instead, where another version of WebSocket is refused: RFC 9110 §15.5.22 wants that. No subclass of Spring's
     * handler, which would write the headers of requests to a log of ours, tokens too.
     */
    private static HandshakeHandler naming(HandshakeHandler handshakes) {
        return (request, response, handler, attributes) -> {
            boolean upgraded = handshakes.doHandshake(request, response, handler, attributes);
            int status =
                    ((ServletServerHttpResponse) response).getServletResponse().getStatus();
            if (status == HttpStatus.UPGRADE_REQUIRED.value()) {
                response.getHeaders().set(HttpHeaders.UPGRADE, "websocket");
                response.getHeaders().set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
            }
            return upgraded;
        };
    }

    /** The mapping needs one; the upgrade strategy takes the connection over before Spring's session would be made. */
    private static final class UnusedHandler extends AbstractWebSocketHandler {}
}
