package io.xywebsocket;

import io.xywebsocket.untrusted.LogText;
import java.net.URI;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The request that opened a connection. Immutable.
 *
 * <pre>{@code
 * XyHandshake handshake = peer.handshake();
 * String agent = handshake.header("User-Agent").orElse("unknown");
 * String address = handshake.remoteAddress();
 * }</pre>
 *
 * @since 0.1
 */
public final class XyHandshake {

    private final URI uri;
    private final Map<String, List<String>> headers;
    private final @Nullable Principal principal;
    private final @Nullable String remoteAddress;

    /** What this project keeps with the connection; the application sees nothing of it. */
    private volatile @Nullable Note notes;

    private record Note(Class<?> type, Object value, @Nullable Note next) {}

    private XyHandshake(Builder settings) {
        this.uri = settings.uri;
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        settings.headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        this.headers = Collections.unmodifiableMap(copy);
        this.principal = settings.principal;
        this.remoteAddress = settings.remoteAddress;
    }

    /**
     * Creates a builder, for transports and tests. Without further settings there are no headers, user and address.
     *
     * @param uri the request's URI with its query
     */
    public static Builder builder(URI uri) {
        return new Builder(uri);
    }

    /** Returns the request's URI with its query; of a client's connection the URI that it connects to. */
    public URI uri() {
        return uri;
    }

    /** Returns the request's headers; names are case-insensitive. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** Returns the first value of a header; the name is case-insensitive. */
    public Optional<String> header(String name) {
        List<String> values = headers.get(name);
        return values == null ? Optional.empty() : values.stream().findFirst();
    }

    /** Returns the authenticated user; null if there is none. */
    public @Nullable Principal principal() {
        return principal;
    }

    /**
     * Returns the address that the request came from, as the container tells it. Behind a proxy that is the proxy's,
     * unless the container or a filter evaluates forwarded headers ({@code server.forward-headers-strategy}); then it is
     * the text that the proxy sent.
     *
     * @return null if it isn't known: for a client's connection, and in tests that set none
     */
    public @Nullable String remoteAddress() {
        return remoteAddress;
    }

    /** Returns what {@link #note} has left; null if there is nothing of that type. */
    <T> @Nullable T note(Class<T> type) {
        for (Note each = notes; each != null; each = each.next()) {
            if (each.type() == type) {
                return type.cast(each.value());
            }
        }
        return null;
    }

    /** Keeps a value with the connection, one for each type: the first one stays. */
    synchronized <T> void note(Class<T> type, T value) {
        if (note(type) == null) {
            notes = new Note(type, value, notes);
        }
    }

    /** Omits headers, address, query and path parameters, which may hold secrets, as this text is logged. */
    @Override
    public String toString() {
        return "XyHandshake[" + LogText.path(uri) + "]";
    }

    /** Builds an {@link XyHandshake}. Not thread-safe. */
    public static final class Builder {

        private final URI uri;
        private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private @Nullable Principal principal;
        private @Nullable String remoteAddress;

        private Builder(URI uri) {
            this.uri = Objects.requireNonNull(uri, "uri");
        }

        /** Adds a header, behind earlier ones of that name. */
        public Builder header(String name, String value) {
            headers.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            return this;
        }

        /** Adds headers, see {@link #header}. */
        public Builder headers(Map<String, ? extends Iterable<String>> all) {
            all.forEach((name, values) -> values.forEach(value -> header(name, value)));
            return this;
        }

        /**
         * Sets the authenticated user; null for none, which is the default.
         *
         * @throws IllegalArgumentException if its name has more than {@link XyLimits#MAX_NAME} characters
         */
        public Builder principal(@Nullable Principal user) {
            String fault = XyInternals.userNameFault(user == null ? null : user.getName());
            if (fault != null) {
                throw new IllegalArgumentException(fault);
            }
            principal = user;
            return this;
        }

        /** Sets the address that the request came from; null if it isn't known, which is the default. */
        public Builder remoteAddress(@Nullable String address) {
            remoteAddress = address;
            return this;
        }

        /** Creates the handshake. */
        public XyHandshake build() {
            return new XyHandshake(this);
        }
    }
}
