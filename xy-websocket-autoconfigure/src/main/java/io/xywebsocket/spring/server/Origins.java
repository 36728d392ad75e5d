package io.xywebsocket.spring.server;

import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/** Origins as they come in headers, RFC 6454 §7. */
final class Origins {

    private Origins() {}

    /** Whether Spring can read it. It throws where it can't, which would be an error of the server's. */
    static boolean isWellFormed(@Nullable String origin) {
        if (origin == null || origin.isBlank()) {
            return origin == null;
        }
        try {
            UriComponentsBuilder.fromUriString(origin).build().getPort();
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }
}
