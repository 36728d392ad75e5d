package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyConnectionListener;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.engine.XySettings;
import io.xywebsocket.untrusted.LogText;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sets up an {@link XyClient}; everything but the server's address has a default, and the order of the settings is free.
 * Not thread-safe.
 *
 * @since 0.1
 */
public final class XyClientBuilder extends XySettings<XyClientBuilder> {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    final List<Consumer<XyHandlers>> handlers = new ArrayList<>();

    @Nullable
    XyClientThreads threads;

    @Nullable
    SSLContext sslContext;

    @Nullable
    ProxySelector proxy;

    private final URI uri;
    private final List<Supplier<Map<String, String>>> headers = new ArrayList<>();
    private List<String> subProtocols = List.of("xy");
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration minBackoff = Duration.ofMillis(100);
    private Duration maxBackoff = Duration.ofSeconds(10);
    private int maxTries = Integer.MAX_VALUE;
    private boolean waitForConnection;
    private boolean renewsLogin;
    private XyClient.@Nullable Reconnect reconnect;
    private @Nullable Supplier<WebSocket.Builder> webSockets;

    XyClientBuilder(URI uri) {
        boolean scheme = "ws".equalsIgnoreCase(uri.getScheme()) || "wss".equalsIgnoreCase(uri.getScheme());
        if (!scheme || uri.getHost() == null || uri.getFragment() != null) {
            throw new IllegalArgumentException("The address must be ws:// or wss://HOST without a fragment, not "
                    + LogText.address(uri) + (uri.getFragment() == null ? "" : "#…"));
        }
        this.uri = uri;
    }

    /**
     * Sends a header with each handshake.
     *
     * @param value white space around it, as a line break at the end, is left out
     * @throws IllegalArgumentException if there can't be such a header; its text has the name and not the value
     */
    public XyClientBuilder header(String name, String value) {
        Map<String, String> checked = HeaderCheck.checked(Map.of(name, value)); // refused now instead of at each try
        headers.add(() -> checked);
        return this;
    }

    /**
     * Sends headers with each handshake. Asked at each try, on a thread that may block. A source that fails fails the try, and so does
     * a header that can't be sent, whose value is not shown; a source that takes longer than {@link #connectTimeout} is interrupted.
     */
    public XyClientBuilder headers(Supplier<Map<String, String>> source) {
        renewsLogin = true;
        headers.add(source);
        return this;
    }

    /**
     * Sends {@code Authorization: Bearer TOKEN} with each handshake. Asked at each try, see {@link #headers}. White space around the
     * token is left out.
     */
    public XyClientBuilder token(Supplier<String> source) {
        return headers(() -> {
            String token = Objects.requireNonNull(source.get(), "the source of tokens returned null");
            return Map.of("Authorization", "Bearer " + token.strip());
        });
    }

    /** Sets how long one connection attempt may take. Default: 10 s. */
    public XyClientBuilder connectTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout must be more than 0, not " + timeout);
        }
        connectTimeout = XyClock.bounded(timeout);
        return this;
    }

    /**
     * Sets the pauses between connection attempts. A pause is random, up to a ceiling that doubles from attempt to
     * attempt. It begins anew after a connection on which something came, as an answer, or that lasted a second; after
     * 1008, 1013 and 4401 only the latter counts. A refused handshake's {@code Retry-After}, of which a minute counts at
     * most, comes on top.
     *
     * @param min the first ceiling; default 100 ms
     * @param max the last one; default 10 s
     */
    public XyClientBuilder backoff(Duration min, Duration max) {
        if (min.isNegative() || min.isZero() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException("backoff needs 0 < min <= max, not " + min + " and " + max);
        }
        minBackoff = XyClock.bounded(min);
        maxBackoff = XyClock.bounded(max);
        return this;
    }

    /** Sets after how many failed attempts in a row the client closes itself. Default: never. */
    public XyClientBuilder maxTries(int tries) {
        if (tries <= 0) {
            throw new IllegalArgumentException("maxTries must be more than 0, not " + tries);
        }
        maxTries = tries;
        return this;
    }

    /**
     * Sets whether a call made while not connected waits, within its timeout, for the connection. Default: it fails at
     * once.
     */
    public XyClientBuilder waitForConnection(boolean wait) {
        waitForConnection = wait;
        return this;
    }

    /**
     * Sets what decides whether the client comes back by itself after the end of a connection. Default: always, except after a close with 1000 by
     * the server, after 4403, and after 4401 where neither {@link #token} nor {@link #headers} may have a new login; nor after an idle
     * timeout of either side (1000 {@code idle}). A client that stays away is {@link XyClient.State#DORMANT}.
     */
    public XyClientBuilder reconnect(XyClient.Reconnect policy) {
        reconnect = policy;
        return this;
    }

    /**
     * Sets the sub-protocols that are offered; may be none. Default: {@code xy}. A server that answers none of them is
     * accepted.
     */
    public XyClientBuilder subProtocols(String... protocols) {
        subProtocols = List.of(protocols);
        if (subProtocols.stream().distinct().filter(TOKEN.asMatchPredicate()).count() < protocols.length) {
            throw new IllegalArgumentException(
                    "Invalid or duplicate sub-protocols: " + HeaderCheck.withoutTokens(subProtocols.toString()));
        }
        return this;
    }

    /** Sets the SSL context for {@code wss}. Default: the JDK's. */
    public XyClientBuilder sslContext(SSLContext context) {
        sslContext = context;
        return this;
    }

    /** Sets the proxy. Default: the JDK's. */
    public XyClientBuilder proxy(ProxySelector selector) {
        proxy = selector;
        return this;
    }

    /**
     * Opens the connections by other means than the JDK's HTTP client with {@link #sslContext} and {@link #proxy}: an {@code
     * HttpClient} of the application's own, as in {@code webSockets(http::newWebSocketBuilder)}, or none at all. Asked at each try, on a
     * thread that may block.
     */
    public XyClientBuilder webSockets(Supplier<WebSocket.Builder> source) {
        webSockets = source;
        return this;
    }

    /** Offers functions and listeners before the client connects. They can also be offered at any time by {@link XyClient#handlers}. */
    public XyClientBuilder handlers(Consumer<XyHandlers> registrations) {
        handlers.add(registrations);
        return this;
    }

    /**
     * Shares threads and the HTTP client with other clients. An {@link #executor} and a {@link #clock} that are set are
     * used instead of the shared ones, whichever is set first. Default: threads of the client's own. Only a client with
     * its own {@link #sslContext} or {@link #proxy} still has threads of its own for reading.
     */
    public XyClientBuilder threads(XyClientThreads shared) {
        threads = shared;
        return threadsOf(shared.lender);
    }

    /**
     * Returns the client, not connected yet.
     *
     * @throws IllegalArgumentException if {@link #maxReceivedBytes} is less than a message
     */
    public XyClient build() {
        return new XyClient(this);
    }

    XyEndpoint endpoint(XyConnectionListener listener) {
        return clientEndpoint(listener);
    }

    ClientSettings settings() {
        return new ClientSettings(
                uri,
                List.copyOf(headers),
                subProtocols,
                connectTimeout,
                minBackoff,
                maxBackoff,
                maxTries,
                waitForConnection,
                renewsLogin,
                reconnect,
                webSockets);
    }
}
