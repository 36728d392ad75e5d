package io.xywebsocket;

/**
 * Limits of one connection. Immutable; derive from {@link #DEFAULT}.
 *
 * @param maxMessageSize     the largest message accepted, in bytes of UTF-8 after decompression; default 1 MiB
 * @param sendBufferSize     bytes of UTF-8 that may wait for one peer, not counting answers to its calls. Beyond it the
 *     peer is too slow, and {@link XySlowPeerPolicy} applies; a peer for which answers of 16 times this size wait is
 *     dropped at the next one. Default 512 KiB
 * @param receiveBufferSize  bytes of UTF-8 of one peer's unfinished message and unhandled calls and events, plus 200
 *     for each call and event. Beyond it calls are rejected with 429; reading pauses if those that wait exceed it.
 *     Default 4 MiB
 * @param maxConcurrentCalls calls of one peer that run at once; further ones wait in the receive buffer, or are
 *     rejected with 429 if all running calls wait for that peer's answers; default 256
 * @param maxPendingCalls    calls to one peer that wait for their answers, beyond which calls fail with 429; default
 *     10,000
 */
public record XyLimits(
        int maxMessageSize, int sendBufferSize, int receiveBufferSize, int maxConcurrentCalls, int maxPendingCalls) {

    /** The maximum length of a function's or event's name in characters. */
    public static final int MAX_NAME = 200;

    /** The maximum length of a call's id as JSON text in characters. */
    public static final int MAX_ID = 1000;

    /** The defaults. */
    public static final XyLimits DEFAULT = new XyLimits(1 << 20, 512 << 10, 4 << 20, 256, 10_000);

    /** @throws IllegalArgumentException if a limit is not positive, or the receive buffer smaller than a message */
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
     * Checks the name of a local function or event and returns it.
     *
     * @throws IllegalArgumentException if it has more than {@link #MAX_NAME} characters: no other side would accept it
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
