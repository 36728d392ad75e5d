package io.xywebsocket.websocket;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of the extensions that a client offers, RFC 6455 §9.1.
 *
 * @param parameters by their names; without a value they have an empty one, as no value is empty
 */
record ExtensionOffer(String name, Map<String, String> parameters) {

    /** The offers of one {@code Sec-WebSocket-Extensions} header, in their order. One that is garbled, or says a thing twice, is left out. */
    static List<ExtensionOffer> in(String header) {
        List<ExtensionOffer> offers = new ArrayList<>();
        int from = 0;
        boolean quoted = false;
        for (int i = 0; i <= header.length(); i++) {
            char c = i < header.length() ? header.charAt(i) : ',';
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ',' && (!quoted || i == header.length())) {
                ExtensionOffer offer = new Parser(header.substring(from, i)).offer();
                if (offer != null) {
                    offers.add(offer);
                }
                from = i + 1;
            }
        }
        return offers;
    }

    /** Reads one element of the list. */
    private static final class Parser {

        private static final String MARKS = "!#$%&'*+-.^_`|~";

        private final String element;
        private int at;

        Parser(String element) {
            this.element = element;
        }

        /** Null if the element is empty or garbled. */
        @Nullable
        ExtensionOffer offer() {
            String name = token();
            Map<String, String> parameters = new LinkedHashMap<>();
            while (next(';')) {
                String parameter = token();
                String value = next('=') ? value() : "";
                if (parameter.isEmpty() || value == null || parameters.put(parameter, value) != null) {
                    return null;
                }
            }
            skipSpace();
            return name.isEmpty() || at < element.length() ? null : new ExtensionOffer(name, parameters);
        }

        /** A value, quoted or not; what is quoted is to be a token as well. Null if it is none. */
        private @Nullable String value() {
            String value = next('"') ? quoted() : token();
            return value == null || value.isEmpty() ? null : value;
        }

        private @Nullable String quoted() {
            StringBuilder value = new StringBuilder();
            for (; at < element.length(); at++) {
                char c = element.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                if (c == '\\' && ++at < element.length()) {
                    c = element.charAt(at);
                }
                if (!isTokenChar(c)) {
                    return null;
                }
                value.append(c);
            }
            return null;
        }

        private String token() {
            skipSpace();
            int from = at;
            while (at < element.length() && isTokenChar(element.charAt(at))) {
                at++;
            }
            return element.substring(from, at);
        }

        private boolean next(char c) {
            skipSpace();
            boolean found = at < element.length() && element.charAt(at) == c;
            if (found) {
                at++;
            }
            return found;
        }

        private void skipSpace() {
            while (at < element.length() && (element.charAt(at) == ' ' || element.charAt(at) == '\t')) {
                at++;
            }
        }

        private static boolean isTokenChar(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || MARKS.indexOf(c) >= 0;
        }
    }
}
