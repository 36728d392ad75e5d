package io.xywebsocket.spring.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * The sub-protocols that a client offers, RFC 6455 §11.3.4.
 *
 * @param token  what came as one; null if nothing
 * @param others those that are sub-protocols indeed
 */
record OfferedProtocols(@Nullable String token, List<String> others) {

    static final String HEADER = "Sec-WebSocket-Protocol";

    private static final String TOKEN = "xy.bearer.";

    /** The first token counts, as the first value of a header would. */
    static OfferedProtocols of(HttpServletRequest request) {
        String token = null;
        List<String> others = new ArrayList<>();
        for (String line : Collections.list(request.getHeaders(HEADER))) {
            for (String each : StringUtils.commaDelimitedListToStringArray(line)) {
                String protocol = each.strip();
                if (!protocol.startsWith(TOKEN)) {
                    others.add(protocol);
                } else if (token == null) {
                    token = protocol.substring(TOKEN.length());
                }
            }
        }
        return new OfferedProtocols(token, List.copyOf(others));
    }

    /** Whoever prints this must not print the token. */
    @Override
    public String toString() {
        return others + (token == null ? "" : " and a token");
    }
}
