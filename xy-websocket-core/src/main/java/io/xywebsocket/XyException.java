package io.xywebsocket;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The error that crosses the wire. Thrown by a handler it rejects the call with its status, message and details; a
 * caller whose call was rejected gets one. One that was received and escapes from a handler passes on as it was.
 *
 * <p>Not thread-safe while details are being added.
 */
public class XyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    // an exception has to be serializable, its details need not be: they are lost then
    private transient @Nullable Map<String, @Nullable Object> details = new LinkedHashMap<>();
    private @Nullable String received;

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

    /** A rejection as it came from a peer. */
    static XyException received(
            int status, String message, Map<String, @Nullable Object> details, @Nullable String json) {
        XyException rejection = new XyException(status, message);
        details.forEach(rejection::with);
        rejection.received = json;
        return rejection;
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

    /** The status, in the manner of HTTP's. */
    public int status() {
        return status;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
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
