package io.xywebsocket;

import java.time.Duration;

/**
 * No answer came in time, or no time was left to call; the message names function and timeout. Thrown locally, with
 * status 504. A later answer is ignored.
 *
 * @since 0.1
 */
public final class XyCallTimeoutException extends XyException {

    private static final long serialVersionUID = 1L;

    /**
     * @param function what was called
     * @param timeout  how long its answer was waited for
     */
    public XyCallTimeoutException(String function, Duration timeout) {
        super(504, "No answer from '" + function + "' within " + timeout.toMillis() + " ms");
    }

    private XyCallTimeoutException(String message) {
        super(504, message);
    }

    /** The time of the calling handler is over, so no caller waits for the result. */
    static XyCallTimeoutException noTimeLeft(String function) {
        return new XyCallTimeoutException(
                "No time is left to call '" + function + "': the handler's caller waits no longer");
    }
}
