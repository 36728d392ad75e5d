package io.xywebsocket.protocol;

/**
 * A text that is no frame. Its message is a fixed text, fit for the reason of a close frame.
 *
 * @since 0.1
 */
public final class MalformedFrameException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param reason a fixed text */
    public MalformedFrameException(String reason) {
        super(reason);
    }
}
