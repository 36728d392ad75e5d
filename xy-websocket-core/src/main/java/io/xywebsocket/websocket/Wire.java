package io.xywebsocket.websocket;

import java.io.IOException;

/**
 * The bytes of one upgraded connection, as a container's adapter offers them to a {@link WebSocketTransport}.
 *
 * <p>The contract:
 *
 * <ul>
 *   <li>No method blocks, and none calls the transport back before it has returned.
 *   <li>{@link #write} and {@link #end} are called by one thread at a time, the other methods by any thread at any time.
 *   <li>The adapter calls {@link WebSocketTransport#onBytes} and {@link WebSocketTransport#onEndOfInput} by one thread at a time, the
 *       transport's other methods by any.
 * </ul>
 *
 * @since 0.1
 */
public interface Wire {

    /**
     * Writes what fits at once and keeps a copy of the rest, which goes out as soon as it can.
     *
     * @param bytes the caller's again once this has returned
     * @return whether more may be written at once, as when all of it has gone out; if not, {@link WebSocketTransport#onWritable} follows
     *     once nothing is left, maybe on another thread before this returns
     * @throws IOException if the connection can't be written to any more
     */
    boolean write(byte[] bytes, int offset, int length) throws IOException;

    /** How many bytes the socket has taken so far; grows while the other side reads. */
    long written();

    /** Ends the connection politely; everything written has gone out. Nothing is written after it, and what arrives is of no use any more. */
    void end();

    /** Ends the connection now, whatever is under way, and forgets what has not gone out. A second time, or after {@link #end}, it does nothing. */
    void abort();

    /** Stops reading: no further {@link WebSocketTransport#onBytes} than the one that may be under way. A second time does nothing. */
    void suspend();

    /** Reads on after {@link #suspend}, on a thread of the container's. Without that it does nothing. */
    void resume();
}
