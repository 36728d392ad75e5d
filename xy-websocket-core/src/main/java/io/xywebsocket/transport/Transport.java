package io.xywebsocket.transport;

import java.io.IOException;

/**
 * Carries the text messages of one connection. The engine calls out through it; it calls in through its {@link Receiver}.
 *
 * <p>The contract:
 *
 * <ul>
 *   <li>{@link #send}, {@link #ping} and {@link #close} are called by one thread at a time and MAY block; the other methods are
 *       called by any thread at any time and MUST NOT.
 *   <li>Texts MUST arrive at the other end in the order in which they were sent, each whole, and before a close that
 *       follows them.
 *   <li>{@link #cut} MUST return within 100 ms whatever another thread is doing in {@code send}, and MUST free that thread
 *       no later than the transport's own write bound.
 *   <li>After {@code close} or {@code cut} the receiver MUST hear {@link Receiver#closed} exactly once, after {@code cut}
 *       soon; it MUST hear nothing after that.
 *   <li>{@link Receiver#text} MUST NOT be called by two threads at once. Between {@link #pauseReading} and {@link #resumeReading}
 *       it MAY still be called for what was already read.
 * </ul>
 */
public interface Transport {

    /**
     * Writes one text message.
     *
     * @param text the message
     * @param last whether nothing follows for now: everything written so far MUST be on its way when this returns
     * @throws IOException if the connection can't be written to any more; the engine then cuts it
     */
    void send(String text, boolean last) throws IOException;

    /**
     * Sends a ping, RFC 6455 §5.5.2, and lets it be on its way.
     *
     * @throws IOException if the connection can't be written to any more; the engine then cuts it
     */
    void ping() throws IOException;

    /**
     * Starts the closing handshake, RFC 6455 §7.1.2. Nothing is sent after it.
     *
     * @param code   the close code
     * @param reason at most 123 UTF-8 bytes
     * @throws IOException if the connection can't be written to any more; the engine then cuts it
     */
    void close(int code, String reason) throws IOException;

    /** Ends the connection at once, without a handshake; {@link Receiver#closed} says 1006. */
    void cut();

    /**
     * Whether {@link #cut} takes no time to speak of, as it may where there is no socket. The engine then calls it where it finds that a
     * connection is to be cut, on the clock's thread for example; if not, on a thread that has the time.
     */
    default boolean cutsAtOnce() {
        return false;
    }

    /** Stops reading from the wire as soon as that is possible. A second time does nothing. */
    void pauseReading();

    /** Reads on after {@link #pauseReading}. Without a pause it does nothing. It does not call the receiver on the calling thread. */
    void resumeReading();

    /**
     * Nothing that arrives from now on is wanted but the end: what the transport holds of an unfinished message it lets go at once, and
     * keeps nothing of what follows. The receiver MAY still be told of it.
     */
    default void discardIncoming() {}

    /** What the engine hears. None of its methods blocks or runs user code. */
    interface Receiver {

        /** A whole text message has arrived. */
        void text(String text);

        /**
         * A part of a text message has arrived and more is to come. What the transport holds of the message is the engine's to bound, until
         * it has the whole {@link #text}.
         *
         * @param length the characters of this part
         * @param held   the bytes of memory that all parts of the message take up together so far
         */
        default void part(int length, int held) {}

        /** A pong has arrived, asked for or not, or a ping, where the transport sees them: as good a sign of life. */
        void pong();

        /**
         * What arrived breaks the protocol below the engine's: a binary message, one that is too large. The engine
         * closes the connection.
         *
         * @param code   the close code that RFC 6455 §7.4.1 has for it
         * @param reason for the other side
         */
        void violation(int code, String reason);

        /**
         * This side has no means left to go on with the connection, through no fault of the other's. The engine closes it with
         * 1013, "try again later".
         *
         * @param reason for the other side
         */
        default void exhausted(String reason) {
            violation(1013, reason);
        }

        /**
         * The connection is over.
         *
         * @param code   the close code that was received, 1005 if there was none, 1006 if there was no close frame
         * @param reason the reason that was received; may be empty
         */
        void closed(int code, String reason);
    }
}
