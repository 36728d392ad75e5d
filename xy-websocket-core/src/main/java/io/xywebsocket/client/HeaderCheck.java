package io.xywebsocket.client;

import io.xywebsocket.untrusted.LogText;
import io.xywebsocket.untrusted.Thrown;
import java.net.ProtocolException;
import java.net.http.HttpRequest;
import java.net.http.WebSocketHandshakeException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which headers a handshake may have. What is refused is named; values are never shown, as they may be secret. Stateless. */
final class HeaderCheck {

    private static final Pattern TOKEN = Pattern.compile("xy\\.bearer\\.[^\\s,;\\]]*");

    private HeaderCheck() {}

    /** A text that may have offered sub-protocols in it, without what is a token of these. */
    static String withoutTokens(String text) {
        return TOKEN.matcher(text).replaceAll("xy.bearer.…");
    }

    /** The same for what the JDK says of a handshake. */
    static Throwable withoutTokens(Throwable failure) {
        Throwable cause = Thrown.cause(failure);
        String text = cause == null ? null : Thrown.message(cause);
        if (!(failure instanceof WebSocketHandshakeException wrong)
                || text == null
                || !TOKEN.matcher(text).find()) {
            return failure;
        }
        return new WebSocketHandshakeException(wrong.getResponse())
                .initCause(new ProtocolException(withoutTokens(text)));
    }

    /** The headers as they can be sent: values without the white space around them, which a file's last line brings along. */
    static Map<String, String> checked(Map<String, String> headers) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, value) -> all.put(name(name), value(name, value)));
        return all;
    }

    private static String name(@Nullable String name) {
        if (name == null) {
            throw new IllegalArgumentException("A header has no name");
        }
        if (name.regionMatches(true, 0, "Sec-WebSocket-", 0, 14)) {
            throw new IllegalArgumentException("The handshake has a " + LogText.of(name) + " of its own");
        }
        try {
            HttpRequest.newBuilder().header(name, "");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("A handshake can't have a header '" + LogText.of(name) + "'");
        }
        return name;
    }

    private static String value(String name, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException("The header '" + name + "' has no value");
        }
        String stripped = value.strip();
        if (!stripped.chars().allMatch(HeaderCheck::isAllowed)) {
            throw new IllegalArgumentException(
                    "The value of the header '" + name + "' has a character that no header may have");
        }
        return stripped;
    }

    private static boolean isAllowed(int character) {
        return character == '\t' || (character >= ' ' && character <= 0xff && character != 0x7f);
    }
}
