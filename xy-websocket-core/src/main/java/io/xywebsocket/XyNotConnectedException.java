package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The connection was not open, or closed before the answer came. Local to the caller; its status is 503. Its cause says how the
 * connection ended, or why a client's last try to open one failed.
 */
public final class XyNotConnectedException extends XyException {

    private static final long serialVersionUID = 1L;

    /** A close frame has no room for more. */
    private static final int MAX_REASON = 123;

    /** Meaningless if there is no reason. */
    private final int closeCode;

    private final @Nullable String closeReason;

    /** @param message what was to be done and why it couldn't */
    public XyNotConnectedException(String message) {
        this(message, null);
    }

    /**
     * @param message what was to be done and why it couldn't
     * @param cause   what went wrong; null if that isn't known. If it is {@linkplain #ended how a connection ended}, this exception has its code and reason
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
     * How a connection ended, to be the cause of others. It has no stack trace.
     *
     * @param code   the close code, RFC 6455 §7.4; 1006 if the connection ended without one
     * @param reason why; may be empty
     */
    public static XyNotConnectedException ended(int code, String reason) {
        return ended(code, reason, null);
    }

    /** @param cause what went wrong with it before; null for nothing */
    static XyNotConnectedException ended(int code, String reason, @Nullable Throwable cause) {
        String text = code + (reason.isEmpty() ? "" : " " + LogText.of(reason, MAX_REASON));
        return new XyNotConnectedException("The connection ended with " + text, code, reason, cause);
    }

    /** The code with which the connection was closed, 1006 if it ended without one; empty if there was no connection. */
    public OptionalInt closeCode() {
        return closeReason == null ? OptionalInt.empty() : OptionalInt.of(closeCode);
    }

    /** The reason that was given for closing the connection; empty if none was, or if there was no connection. */
    public String closeReason() {
        return closeReason == null ? "" : closeReason;
    }

    /** Who ends a connection tells of it, and not once for each call that ends with it. */
    @Override
    @Nullable
    Throwable faultToLog() {
        return function() == null ? super.faultToLog() : null;
    }
}
