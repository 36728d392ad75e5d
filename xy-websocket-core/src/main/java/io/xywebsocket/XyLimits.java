package io.xywebsocket;

/**
 * What one connection may cost. Immutable; {@link #DEFAULT} with changes.
 *
 * @param maxMessageSize     the largest message taken, in bytes of UTF-8 after decompression; default 1 MiB
 * @param sendBufferSize     bytes of UTF-8 queued for one peer and not yet written, without the answers to its calls; once there are so many,
 *     the peer is too slow for the next message, and {@link XySlowPeerPolicy} says what follows; a peer for which 16 times as many bytes of
 *     answers wait is dropped at the next one; default 512 KiB
 * @param receiveBufferSize  bytes of UTF-8 of one peer's unfinished message, and of its calls and events until they have been handled, and 200 for
 *     each of these, beyond which calls are rejected with 429; if what waits exceeds it reading pauses; default 4 MiB
 * @param maxConcurrentCalls calls of one peer that run at once; further ones wait in the receive buffer, or are
 *     rejected with 429 if all that run wait for that peer's answers; default 256
 * @param maxPendingCalls    calls to one peer that wait for their answers, beyond which calls fail with 429; default 10,000
 */
public record XyLimits(
        int maxMessageSize, int sendBufferSize, int receiveBufferSize, int maxConcurrentCalls, int maxPendingCalls) {

    /** The characters that the name of a function or an event may have. */
    public static final int MAX_NAME = 200;

    /** The characters that the id of a call may have, as JSON text. */
    public static final int MAX_ID = 1000;

    /** The defaults. */
    public static final XyLimits DEFAULT = new XyLimits(1 << 20, 512 << 10, 4 << 20, 256, 10_000);

    /** @throws IllegalArgumentException if a limit is not positive, or the receive buffer can't hold the largest message */
    public XyLimits {
        positive("max-message-size", maxMessageSize);
        positive("send-buffer-size", sendBufferSize);
        positive("receive-buffer-size", receiveBufferSize);
        positive("max-concurrent-calls", maxConcurrentCalls);
        positive("max-pending-calls", maxPendingCalls);
        if (receiveBufferSize < maxMessageSize) {
            throw new IllegalArgumentException("receive-buffer-size (" + receiveBufferSize
                    + " bytes) must not be smaller than max-message-size (" + maxMessageSize + " bytes)");
        }
    }

    /**
     * The name of a function or event of this side's, as it is.
     *
     * @throws IllegalArgumentException if it has more than {@link #MAX_NAME} characters: no other side would take it
     */
    public static String checkedName(String name) {
        if (name.length() > MAX_NAME) {
            throw new IllegalArgumentException("A name has " + MAX_NAME + " characters at most, not " + name.length()
                    + ": " + name.substring(0, 50) + "…");
        }
        return name;
    }

    private static void positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be more than 0, not " + value);
        }
    }
}
