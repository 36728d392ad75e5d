package io.xywebsocket;

import io.xywebsocket.untrusted.LogText;
import java.net.URI;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The request that opened a connection. Immutable.
 *
 * @param uri       the request's URI with its query
 * @param headers   the request's headers; names are case-insensitive
 * @param principal the authenticated user; null if there is none
 */
public record XyHandshake(URI uri, Map<String, List<String>> headers, @Nullable Principal principal) {

    /** Creates a handshake with copies of the headers. */
    public XyHandshake {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        headers = Collections.unmodifiableMap(copy);
    }

    /** Omits headers, query and path parameters, which may hold secrets, as this text is logged. */
    @Override
    public String toString() {
        return "XyHandshake[" + LogText.path(uri) + "]";
    }

    /** Returns the first value of a header; the name is case-insensitive. */
    public Optional<String> header(String name) {
        List<String> values = headers.get(name);
        return values == null ? Optional.empty() : values.stream().findFirst();
    }
}
