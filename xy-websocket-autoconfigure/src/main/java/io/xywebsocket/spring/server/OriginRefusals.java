package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.util.ForwardedHeaderUtils;
import org.springframework.web.util.UriComponents;

/** Log lines of refused origins: a warning a minute, as clients may cause as many as they like. Thread-safe. */
final class OriginRefusals {

    private static final Logger log = LoggerFactory.getLogger(OriginRefusals.class);

    private final LogThrottle throttle;

    OriginRefusals(XyClock clock) {
        this.throttle = new LogThrottle(clock);
    }

    void tell(ServerHttpRequest request) {
        LogText.quietly(() -> {
            if (throttle.tryAcquire()) {
                log.warn("{}{}", line(request), throttle.takeSuppressed("more"));
            } else if (log.isDebugEnabled()) {
                log.debug("{}", line(request));
            }
        });
    }

    private static String line(ServerHttpRequest request) {
        String origin = String.valueOf(request.getHeaders().getOrigin());
        String own = ownOrigin(request);
        return "A handshake from origin " + LogText.of(origin)
                + " is refused with 403: the origin is not the server's, " + LogText.of(own)
                + ", and not in xy.websocket.allowed-origins" + proxyHint(request, own);
    }

    /** Returns the origin that Spring compares with: of the container's request, not of the URI. */
    private static String ownOrigin(ServerHttpRequest request) {
        if (request instanceof ServletServerHttpRequest servlet) {
            HttpServletRequest own = servlet.getServletRequest();
            return origin(own.getScheme(), own.getServerName(), own.getServerPort());
        }
        URI uri = request.getURI();
        return origin(uri.getScheme(), uri.getHost(), uri.getPort());
    }

    private static String proxyHint(ServerHttpRequest request, String own) {
        return isForwarded(request) && !own.equals(forwardedOrigin(request))
                ? ". The request has Forwarded or X-Forwarded-* headers that are not honoured: behind a proxy, set"
                        + " server.forward-headers-strategy"
                : "";
    }

    private static boolean isForwarded(ServerHttpRequest request) {
        return request.getHeaders().getFirst("Forwarded") != null
                || request.getHeaders().getFirst("X-Forwarded-Host") != null
                || request.getHeaders().getFirst("X-Forwarded-Port") != null
                || request.getHeaders().getFirst("X-Forwarded-Proto") != null
                || request.getHeaders().getFirst("X-Forwarded-Ssl") != null;
    }

    /** Returns the origin that the server would have if it honoured the headers; empty if they can't be read. */
    private static String forwardedOrigin(ServerHttpRequest request) {
        try {
            URI own = URI.create(ownOrigin(request));
            UriComponents uri = ForwardedHeaderUtils.adaptFromForwardedHeaders(own, request.getHeaders())
                    .build();
            return origin(uri.getScheme(), uri.getHost(), uri.getPort());
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** An origin as browsers write it, without the default port; see RFC 6454 section 6.2. */
    private static String origin(@Nullable String scheme, @Nullable String host, int port) {
        String known = String.valueOf(scheme).toLowerCase(Locale.ROOT);
        boolean usual = port <= 0 || port == (known.equals("https") || known.equals("wss") ? 443 : 80);
        return known + "://" + host + (usual ? "" : ":" + port);
    }
}
