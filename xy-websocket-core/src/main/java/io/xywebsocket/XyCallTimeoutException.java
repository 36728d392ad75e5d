package io.xywebsocket;

import java.time.Duration;

/**
 * No answer came in time, or no time was left to ask: the message names the function and the time. Local to the caller; its status is 504. A
 * later answer is dropped.
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

    /** Nobody waits for what would come of the call: the time of the handler that makes it is over. */
    static XyCallTimeoutException noTimeLeft(String function) {
        return new XyCallTimeoutException(
                "No time is left to call '" + function + "': the handler's caller waits no longer");
    }
}
