package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The error that crosses the wire. Thrown by a handler it rejects the call with its status, message and details; a
 * caller whose call was rejected gets one. One that was received and escapes from a handler passes on as it was.
 *
 * <p>What a caller gets says by {@link #toString} what was called and of whom, as in {@code XyException: 409 calling 'stock.take' of peer
 * 1f3c…: Not enough of A-1}; its message is what the other side said. Where a thread awaited the answer, the stack trace is that thread's.
 *
 * <p>Not thread-safe while details are being added.
 */
public class XyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Of the message, where it stands beside others. */
    private static final int MAX_SHOWN = 500;

    private final int status;
    // an exception has to be serializable, its details need not be: they are lost then
    private transient @Nullable Map<String, @Nullable Object> details = new LinkedHashMap<>();
    private @Nullable String received;

    private @Nullable String function;
    private @Nullable String peer;

    /**
     * @param status  a number in the manner of HTTP's status codes, as in 409
     * @param message a text for the other side
     */
    public XyException(int status, String message) {
        this(status, message, null);
    }

    /**
     * @param status  a number in the manner of HTTP's status codes, as in 409
     * @param message a text for the other side
     * @param cause   for this side's log; it never crosses the wire
     */
    public XyException(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** One without a stack trace, if there is no place at which it came to pass. */
    XyException(int status, String message, @Nullable Throwable cause, boolean withTrace) {
        super(message, cause, true, withTrace);
        this.status = status;
    }

    /** A rejection as it came from a peer. */
    static XyException received(
            int status, String message, Map<String, @Nullable Object> details, @Nullable String json) {
        XyException rejection = new XyException(status, message);
        details.forEach(rejection::with);
        rejection.received = json;
        return rejection;
    }

    /** What the thread that awaited a call throws: of what was made on another thread for that call, its own line is of interest. */
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
     * @param value anything that can be serialised
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
     * Notes of which call this came, for who catches it. For callers of other kinds than this project's: theirs do so themselves.
     *
     * @param called what was called
     * @param callee the {@linkplain XyPeer#id id} of the peer that was called; null if there was none
     * @return this exception, to be thrown
     */
    public XyException ofCall(String called, @Nullable String callee) {
        function = called;
        peer = callee;
        return this;
    }

    /** The function whose call failed with this; null if no call did. */
    public @Nullable String function() {
        return function;
    }

    /** The {@linkplain XyPeer#id id} of the peer whose call failed with this; null if no call did, or if there was no peer to be called. */
    public @Nullable String peer() {
        return peer;
    }

    /** The status, in the manner of HTTP's. */
    public int status() {
        return status;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }

    /** Class, status, function, peer and message, on one line: for logs. */
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

    /** What went wrong on this side and is in nobody's answer; null if that is nothing, or has been told by others. */
    @Nullable
    Throwable faultToLog() {
        return status() >= 500 ? getCause() : null;
    }

    /** The further members, without {@code ok}, {@code status} and {@code message}; those of a received rejection are maps, lists, texts, numbers, booleans and nulls. */
    public Map<String, @Nullable Object> details() {
        return details == null ? Map.of() : Collections.unmodifiableMap(details);
    }

    /** The rejection's payload as the peer sent it; null for an exception made here. */
    @Nullable
    String received() {
        return received;
    }
}
