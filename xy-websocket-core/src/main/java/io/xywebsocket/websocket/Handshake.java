package io.xywebsocket.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What the server computes in the opening handshake, RFC 6455 §4.2. Stateless.
 *
 * @since 0.1
 */
public final class Handshake {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final int KEY_LENGTH = 24;

    private Handshake() {}

    /** Whether this is a {@code Sec-WebSocket-Key}: 16 bytes in Base64, RFC 6455 §4.2.1. */
    public static boolean isKey(@Nullable String key) {
        if (key == null || key.length() != KEY_LENGTH) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * The {@code Sec-WebSocket-Accept} that answers a key, RFC 6455 §4.2.2.
     *
     * @throws IllegalArgumentException if it {@linkplain #isKey is no key}
     */
    public static String accept(String key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException("Sec-WebSocket-Key must be 16 bytes in Base64");
        }
        byte[] digest = sha1().digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(digest);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }
}
