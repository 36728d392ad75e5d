package io.xywebsocket;

import io.xywebsocket.untrusted.LogText;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The connection was not open, or closed before the answer came. Thrown locally, with status 503. The cause is the
 * connection's end, or the failure of a client's last attempt to connect.
 *
 * @since 0.1
 */
public final class XyNotConnectedException extends XyException {

    private static final long serialVersionUID = 1L;

    /** Maximum length of a reason in a close frame. */
    private static final int MAX_REASON = 123;

    /** Meaningless if there is no reason. */
    private final int closeCode;

    private final @Nullable String closeReason;

    /** @param message what failed and why */
    public XyNotConnectedException(String message) {
        this(message, null);
    }

    /**
     * @param message what failed and why
     * @param cause   the cause; null if unknown. If it is {@linkplain #ended a connection's end}, this exception has
     *     its code and reason
     */
    public XyNotConnectedException(String message, @Nullable Throwable cause) {
        super(503, message, cause);
        XyNotConnectedException end = cause instanceof XyNotConnectedException known ? known : null;
        closeCode = end == null ? 0 : end.closeCode;
        closeReason = end == null ? null : end.closeReason;
    }

    private XyNotConnectedException(String message, int code, String reason, @Nullable Throwable cause) {
        super(503, message, cause, false);
        closeCode = code;
        closeReason = reason;
    }

    /**
     * Creates the end of a connection as a cause of other exceptions, without a stack trace.
     *
     * @param code   the close code, RFC 6455 §7.4; 1006 if the connection ended without one
     * @param reason the reason; may be empty
     */
    public static XyNotConnectedException ended(int code, String reason) {
        return ended(code, reason, null);
    }

    /** @param cause an earlier failure of the connection; null for none */
    static XyNotConnectedException ended(int code, String reason, @Nullable Throwable cause) {
        String text = code + (reason.isEmpty() ? "" : " " + LogText.of(reason, MAX_REASON));
        return new XyNotConnectedException("The connection ended with " + text, code, reason, cause);
    }

    /** Returns the close code, 1006 if the connection ended without one; empty if there was no connection. */
    public OptionalInt closeCode() {
        return closeReason == null ? OptionalInt.empty() : OptionalInt.of(closeCode);
    }

    /** Returns the close reason; empty if there was none, or no connection. */
    public String closeReason() {
        return closeReason == null ? "" : closeReason;
    }

    /** The end of a connection is logged once, not for each call that fails with it. */
    @Override
    @Nullable
    Throwable faultToLog() {
        return function() == null ? super.faultToLog() : null;
    }
}
