package io.xywebsocket;

import io.xywebsocket.untrusted.LogText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error that crosses the wire. A handler throws it to reject a call with a status, a message and details; the caller's
 * call fails with one. If a received exception leaves another handler, it passes on unchanged.
 *
 * <p>On the calling side, {@link #toString} includes the called function and peer, as in {@code XyException: 409
 * calling 'stock.take' of peer 1f3c…: Not enough of A-1}; the message is that of the other side. If a thread awaited
 * the answer, the stack trace is that thread's.
 *
 * <p>Not thread-safe while details are being added.
 *
 * @since 0.1
 */
public class XyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int MAX_SHOWN = 500;

    private final int status;
    // lost in serialization, as details need not be serializable
    private transient @Nullable Map<String, @Nullable Object> details = new LinkedHashMap<>();
    private @Nullable String received;

    private @Nullable String function;
    private @Nullable String peer;

    /**
     * @param status  a status as in HTTP, such as 409
     * @param message a text for the other side
     */
    public XyException(int status, String message) {
        this(status, message, null);
    }

    /**
     * @param status  a status as in HTTP, such as 409
     * @param message a text for the other side
     * @param cause   for this side's log; it never crosses the wire
     */
    public XyException(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** Creates an exception without a stack trace, if there is no meaningful place. */
    XyException(int status, String message, @Nullable Throwable cause, boolean withTrace) {
        super(message, cause, true, withTrace);
        this.status = status;
    }

    /** Creates the rejection that a peer has sent. */
    static XyException received(
            int status, String message, Map<String, @Nullable Object> details, @Nullable String json) {
        XyException rejection = new XyException(status, message);
        details.forEach(rejection::with);
        rejection.received = json;
        return rejection;
    }

    /**
     * Returns the exception for the thread that awaited the call: of another thread's stack trace only its own line
     * matters.
     */
    static RuntimeException caughtBy(String awaited, RuntimeException failure) {
        if (failure instanceof XyException own && awaited.equals(own.function)) {
            own.fillInStackTrace();
        }
        return failure;
    }

    /**
     * Adds a detail to this exception.
     *
     * @param name  the member's name; not {@code ok}, {@code status} or {@code message}
     * @param value a serialisable value
     * @return this exception, to be thrown
     * @throws IllegalArgumentException if the name is one of the three
     */
    public XyException with(String name, @Nullable Object value) {
        if (name.equals("ok") || name.equals("status") || name.equals("message")) {
            throw new IllegalArgumentException("'" + name + "' is not a detail but a part of every error");
        }
        if (details == null) {
            details = new LinkedHashMap<>();
        }
        details.put(name, value);
        received = null;
        return this;
    }

    /**
     * Notes which call failed, for custom implementations of {@link XyCaller}; those of this project do it themselves.
     *
     * @param called the called function
     * @param callee the {@linkplain XyPeer#id id} of the called peer; null if there was none
     * @return this exception, to be thrown
     */
    public XyException ofCall(String called, @Nullable String callee) {
        function = called;
        peer = callee;
        return this;
    }

    /** Returns the function whose call failed; null if no call did. */
    public @Nullable String function() {
        return function;
    }

    /** Returns the {@linkplain XyPeer#id id} of the called peer; null if no call failed, or if there was no peer. */
    public @Nullable String peer() {
        return peer;
    }

    /** Returns the status, as in HTTP. */
    public int status() {
        return status;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }

    /** Returns class, status, function, peer and message on one line. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // the message is what the other side said, and goes on to others
    public String toString() {
        StringBuilder text =
                new StringBuilder(getClass().getName()).append(": ").append(status());
        String called = function;
        if (called != null) {
            text.append(" calling '").append(LogText.of(called)).append('\'');
            text.append(peer == null ? "" : " of peer " + LogText.of(peer));
        }
        String message = getMessage();
        return message.isEmpty()
                ? text.toString()
                : text.append(": ").append(LogText.of(message, MAX_SHOWN)).toString();
    }

    /** Returns the cause to log on this side; null if there is none, or if others have logged it. */
    @Nullable
    Throwable faultToLog() {
        return status() >= 500 ? getCause() : null;
    }

    /**
     * Returns the details, without {@code ok}, {@code status} and {@code message}. Those of a received rejection are
     * maps, lists, strings, numbers, booleans and nulls.
     */
    public Map<String, @Nullable Object> details() {
        return details == null ? Map.of() : Collections.unmodifiableMap(details);
    }

    /** Returns the rejection's payload as the peer sent it; null for a local exception. */
    @Nullable
    String received() {
        return received;
    }
}
