package io.xywebsocket;

/**
 * An interface that can't be a contract, thrown by {@link XyCaller#proxy}. The message names the interface or its method, and what is
 * wrong with it.
 *
 * @since 0.1
 */
public final class XyContractException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    XyContractException(String message) {
        super(message);
    }
}
