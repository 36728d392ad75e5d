package io.xywebsocket.client;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.XyEndpointBuilder;
import io.xywebsocket.XyHandlers;
import io.xywebsocket.XyTimeouts;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Sets up an {@link XyClient}; everything but the server's address has a default. Not thread-safe. */
public final class XyClientBuilder {

    final URI uri;
    final XyEndpointBuilder endpoint = XyEndpoint.builder();
    final List<Consumer<XyHandlers>> handlers = new ArrayList<>();
    final List<Supplier<Map<String, String>>> headers = new ArrayList<>();
    List<String> subProtocols = List.of("xy");
    Duration connectTimeout = Duration.ofSeconds(10);
    Duration minBackoff = Duration.ofMillis(100);
    Duration maxBackoff = Duration.ofSeconds(10);
    Duration callTimeout = XyTimeouts.DEFAULT.call();
    Duration heartbeatInterval = XyTimeouts.DEFAULT.heartbeatInterval();
    int maxTries = Integer.MAX_VALUE;
    boolean waitForConnection;

    @Nullable
    SSLContext sslContext;

    @Nullable
    ProxySelector proxy;

    XyClientBuilder(URI uri) {
        if (!"ws".equalsIgnoreCase(uri.getScheme()) && !"wss".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("The address must begin with ws:// or wss://, not " + uri);
        }
        this.uri = uri;
    }

    /** Sends a header with each handshake. */
    public XyClientBuilder header(String name, String value) {
        return headers(() -> Map.of(name, value));
    }

    /** Sends headers with each handshake. Asked at each try, on a thread that may block. */
    public XyClientBuilder headers(Supplier<Map<String, String>> source) {
        headers.add(source);
        return this;
    }

    /** Sends {@code Authorization: Bearer TOKEN} with each handshake. Asked at each try, on a thread that may block. */
    public XyClientBuilder token(Supplier<String> source) {
        return headers(() -> Map.of("Authorization", "Bearer " + source.get()));
    }

    /** How long a call waits for its answer. Default: 5 s. */
    public XyClientBuilder callTimeout(Duration timeout) {
        callTimeout = timeout;
        return this;
    }

    /** Time between pings; a server of which nothing came since the last one is given up. Default: 30 s. */
    public XyClientBuilder heartbeatInterval(Duration interval) {
        heartbeatInterval = interval;
        return this;
    }

    /** How long one try to connect may take. Default: 10 s. */
    public XyClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = timeout;
        return this;
    }

    /**
     * The pause before the next try is random, up to a ceiling that doubles from try to try.
     *
     * @param min the first ceiling; default 100 ms
     * @param max the last one; default 10 s
     */
    public XyClientBuilder backoff(Duration min, Duration max) {
        if (min.isNegative() || min.isZero() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException("backoff needs 0 < min <= max, not " + min + " and " + max);
        }
        minBackoff = min;
        maxBackoff = max;
        return this;
    }

    /** After how many failed tries in a row the client closes itself. Default: never. */
    public XyClientBuilder maxTries(int tries) {
        maxTries = tries;
        return this;
    }

    /** Whether a call made while not connected waits, within its timeout, for the connection. Default: it fails at once. */
    public XyClientBuilder waitForConnection(boolean wait) {
        waitForConnection = wait;
        return this;
    }

    /** The sub-protocols that are offered. Default: {@code xy}. */
    public XyClientBuilder subProtocols(String... protocols) {
        subProtocols = List.of(protocols);
        return this;
    }

    /** For {@code wss}. Default: the JDK's. */
    public XyClientBuilder sslContext(SSLContext context) {
        sslContext = context;
        return this;
    }

    /** The way out. Default: the JDK's. */
    public XyClientBuilder proxy(ProxySelector selector) {
        proxy = selector;
        return this;
    }

    /** Offers functions and listeners before the client connects. They can also be offered at any time by {@link XyClient#handlers}. */
    public XyClientBuilder handlers(Consumer<XyHandlers> registrations) {
        handlers.add(registrations);
        return this;
    }

    /** What a client has in common with a server: prefixes, limits, JSON, executor, clock. */
    public XyClientBuilder endpoint(Consumer<XyEndpointBuilder> settings) {
        settings.accept(endpoint);
        return this;
    }

    /** The client, not connected yet. */
    public XyClient build() {
        endpoint.timeouts(new XyTimeouts(
                callTimeout, heartbeatInterval, XyTimeouts.DEFAULT.send(), XyTimeouts.DEFAULT.eventOrder()));
        return new XyClient(this);
    }

    Map<String, String> currentHeaders() {
        Map<String, String> all = new LinkedHashMap<>();
        headers.forEach(source -> all.putAll(source.get()));
        return all;
    }
}
