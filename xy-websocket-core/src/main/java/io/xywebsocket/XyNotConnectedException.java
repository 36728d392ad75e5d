package io.xywebsocket;

/** The connection was not open, or closed before the answer came. Local to the caller; its status is 503. */
public final class XyNotConnectedException extends XyException {

    private static final long serialVersionUID = 1L;

    /** @param message what was to be done and why it couldn't */
    public XyNotConnectedException(String message) {
        super(503, message);
    }

    /**
     * @param message what was to be done and why it couldn't
     * @param cause   what went wrong
     */
    public XyNotConnectedException(String message, Throwable cause) {
        super(503, message, cause);
    }
}
