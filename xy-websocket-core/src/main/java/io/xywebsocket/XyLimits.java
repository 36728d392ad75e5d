package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/**
 * Limits of one connection. Derive others from the defaults, in any order:
 *
 * <pre>{@code
 * XyLimits limits = XyLimits.DEFAULT.withMaxMessageSize(8 << 20).withReceiveBufferSize(32 << 20);
 * }</pre>
 *
 * Each limit is checked when it is set. That a message fits into the receive buffer is checked where the limits are
 * used: by {@link io.xywebsocket.engine.XySettings#limits}. Immutable.
 *
 * @since 0.1
 */
public final class XyLimits {

    /** The maximum length of a name in characters: of a function, an event, a user, a group or a member. */
    public static final int MAX_NAME = 200;

    /** The maximum length of a call's id as JSON text in characters. */
    public static final int MAX_ID = 1000;

    /** The defaults. */
    public static final XyLimits DEFAULT = new XyLimits(1 << 20, 512 << 10, 4 << 20, 256, 10_000);

    private final int maxMessageSize;
    private final int sendBufferSize;
    private final int receiveBufferSize;
    private final int maxConcurrentCalls;
    private final int maxPendingCalls;

    private XyLimits(
            int maxMessageSize,
            int sendBufferSize,
            int receiveBufferSize,
            int maxConcurrentCalls,
            int maxPendingCalls) {
        this.maxMessageSize = positive("max-message-size", maxMessageSize);
        this.sendBufferSize = positive("send-buffer-size", sendBufferSize);
        this.receiveBufferSize = positive("receive-buffer-size", receiveBufferSize);
        this.maxConcurrentCalls = positive("max-concurrent-calls", maxConcurrentCalls);
        this.maxPendingCalls = positive("max-pending-calls", maxPendingCalls);
    }

    /** Returns the largest message accepted, in bytes of UTF-8 after decompression; default 1 MiB. */
    public int maxMessageSize() {
        return maxMessageSize;
    }

    /**
     * Returns the bytes of UTF-8 that may wait for one peer, not counting answers to its calls. Beyond it the peer is
     * too slow, and {@link XySlowPeerPolicy} applies; a peer for which answers of 16 times this size wait is dropped at
     * the next one. Default 512 KiB.
     */
    public int sendBufferSize() {
        return sendBufferSize;
    }

    /**
     * Returns the bytes of UTF-8 of one peer's unfinished message and unhandled calls and events, plus 200 for each
     * call and event. Beyond it calls are rejected with 429; reading pauses if those that wait exceed it. Default 4
     * MiB.
     */
    public int receiveBufferSize() {
        return receiveBufferSize;
    }

    /**
     * Returns the calls of one peer that run at once; further ones wait in the receive buffer, or are rejected with 429
     * if all running calls wait for that peer's answers; default 256.
     */
    public int maxConcurrentCalls() {
        return maxConcurrentCalls;
    }

    /**
     * Returns the calls to one peer that may wait for their answers, beyond which calls fail with 429; default 10,000.
     */
    public int maxPendingCalls() {
        return maxPendingCalls;
    }

    /**
     * Returns these limits with another {@link #maxMessageSize}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyLimits withMaxMessageSize(int bytes) {
        return new XyLimits(bytes, sendBufferSize, receiveBufferSize, maxConcurrentCalls, maxPendingCalls);
    }

    /**
     * Returns these limits with another {@link #sendBufferSize}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyLimits withSendBufferSize(int bytes) {
        return new XyLimits(maxMessageSize, bytes, receiveBufferSize, maxConcurrentCalls, maxPendingCalls);
    }

    /**
     * Returns these limits with another {@link #receiveBufferSize}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyLimits withReceiveBufferSize(int bytes) {
        return new XyLimits(maxMessageSize, sendBufferSize, bytes, maxConcurrentCalls, maxPendingCalls);
    }

    /**
     * Returns these limits with another {@link #maxConcurrentCalls}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyLimits withMaxConcurrentCalls(int calls) {
        return new XyLimits(maxMessageSize, sendBufferSize, receiveBufferSize, calls, maxPendingCalls);
    }

    /**
     * Returns these limits with another {@link #maxPendingCalls}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public XyLimits withMaxPendingCalls(int calls) {
        return new XyLimits(maxMessageSize, sendBufferSize, receiveBufferSize, maxConcurrentCalls, calls);
    }

    /**
     * Returns these limits, if a message fits into the receive buffer. No wither checks that, as their order would
     * matter then.
     */
    XyLimits checked() {
        if (receiveBufferSize < maxMessageSize) {
            throw new IllegalArgumentException("receive-buffer-size (" + receiveBufferSize
                    + " bytes) must not be smaller than max-message-size (" + maxMessageSize + " bytes)");
        }
        return this;
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

    private static int positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be more than 0, not " + value);
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof XyLimits limits
                && maxMessageSize == limits.maxMessageSize
                && sendBufferSize == limits.sendBufferSize
                && receiveBufferSize == limits.receiveBufferSize
                && maxConcurrentCalls == limits.maxConcurrentCalls
                && maxPendingCalls == limits.maxPendingCalls;
    }

    @Override
    public int hashCode() {
        int hash = maxMessageSize;
        hash = 31 * hash + sendBufferSize;
        hash = 31 * hash + receiveBufferSize;
        hash = 31 * hash + maxConcurrentCalls;
        return 31 * hash + maxPendingCalls;
    }

    @Override
    public String toString() {
        return "XyLimits[maxMessageSize=" + maxMessageSize + ", sendBufferSize=" + sendBufferSize
                + ", receiveBufferSize=" + receiveBufferSize + ", maxConcurrentCalls=" + maxConcurrentCalls
                + ", maxPendingCalls=" + maxPendingCalls + "]";
    }
}
