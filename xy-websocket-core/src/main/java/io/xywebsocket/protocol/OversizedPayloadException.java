package io.xywebsocket.protocol;

/**
 * A payload that has more bytes than its frame may have.
 *
 * @since 0.1
 */
public final class OversizedPayloadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OversizedPayloadException(int limit) {
        super("it has more than " + limit + " bytes");
    }
}
