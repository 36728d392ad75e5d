package io.xywebsocket.transport;

/**
 * The codes of close frames, RFC 6455 §7.4. Stateless.
 *
 * @since 0.1
 */
public final class CloseCodes {

    private CloseCodes() {}

    /**
     * Whether a close frame may bear this code: 1000 to 1003 and 1007 to 1014, which are defined, or one of 3000 to 4999, which are
     * for libraries and applications. 1005, 1006 and 1015 say that there was no code and are never sent.
     */
    public static boolean canBeSent(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }

    /**
     * The code itself.
     *
     * @throws IllegalArgumentException if no close frame may bear it
     */
    public static int sendable(int code) {
        if (!canBeSent(code)) {
            throw new IllegalArgumentException(code
                    + " is no close code that can be sent (RFC 6455 §7.4): 1000 to 1003, 1007 to 1014, 3000 to 4999");
        }
        return code;
    }
}
