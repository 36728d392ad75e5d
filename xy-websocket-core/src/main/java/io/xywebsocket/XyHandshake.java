package io.xywebsocket;

import io.xywebsocket.transport.LogText;
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
 * @param headers   the request's headers; their names are found in any case
 * @param principal who had logged in; null if nobody
 */
public record XyHandshake(URI uri, Map<String, List<String>> headers, @Nullable Principal principal) {

    /** A handshake with copies of the headers. */
    public XyHandshake {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        headers = Collections.unmodifiableMap(copy);
    }

    /** Shows neither headers nor query nor parameters of the path, in which secrets stand: this text ends in logs. */
    @Override
    public String toString() {
        return "XyHandshake[" + LogText.path(uri) + "]";
    }

    /** The first value of a header, found in any case. */
    public Optional<String> header(String name) {
        List<String> values = headers.get(name);
        return values == null ? Optional.empty() : values.stream().findFirst();
    }
}
