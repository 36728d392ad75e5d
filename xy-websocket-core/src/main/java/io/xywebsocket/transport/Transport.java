package io.xywebsocket.transport;

import java.io.IOException;

/**
 * Carries the text messages of one connection, as UTF-8. The engine calls out through it; it calls in through its {@link Receiver}.
 *
 * <p>The contract:
 *
 * <ul>
 *   <li>No method blocks. {@link #send}, {@link #ping} and {@link #close} are called by one thread at a time; the other methods are
 *       called by any thread at any time.
 *   <li>Messages MUST arrive at the other end in the order in which they were sent, each whole, and before a close that
 *       follows them.
 *   <li>What {@code send} and {@code ping} are given is taken, whatever they return. After {@code false} the engine hands nothing over
 *       until it hears {@link Receiver#onWritable}, which MUST follow as soon as there is room, unless the connection ends first;
 *       nothing MAY be held back meanwhile.
 *   <li>After {@code close} or {@code abort} the receiver MUST hear {@link Receiver#onClosed} exactly once, after {@code abort}
 *       soon, whatever is under way; it MUST hear nothing after that.
 *   <li>The receiver MUST NOT be called by two threads at once, but for {@link Receiver#onWritable} and {@link Receiver#onClosed}. Between
 *       {@link #pauseReading} and {@link #resumeReading} it MAY still be told of what was already read.
 * </ul>
 *
 * @since 0.1
 */
public interface Transport {

    /**
     * Hands over one text message.
     *
     * @param message the message
     * @param last    whether nothing follows for now: everything handed over so far MUST be on its way. If not, it MAY be held back to be
     *                written together with what follows
     * @return whether more may be handed over at once
     * @throws IOException if the connection can't be written to any more; the engine then aborts it
     */
    boolean send(OutgoingMessage message, boolean last) throws IOException;

    /**
     * Hands over a ping, RFC 6455 §5.5.2, and sees to it that everything handed over so far is on its way.
     *
     * @return whether more may be handed over at once
     * @throws IOException if the connection can't be written to any more; the engine then aborts it
     */
    boolean ping() throws IOException;

    /**
     * Starts the closing handshake, RFC 6455 §7.1.2, behind what was handed over. Nothing is sent after it.
     *
     * @param code   the close code
     * @param reason at most 123 UTF-8 bytes
     * @throws IOException if the connection can't be written to any more; the engine then aborts it
     */
    void close(int code, String reason) throws IOException;

    /** Ends the connection at once, without a handshake; {@link Receiver#onClosed} says 1006. */
    void abort();

    /** Stops reading from the wire as soon as that is possible. A second time does nothing. */
    void pauseReading();

    /** Reads on after {@link #pauseReading}. Without a pause it does nothing. It does not call the receiver on the calling thread. */
    void resumeReading();

    /**
     * Nothing that arrives from now on is wanted but the end: what the transport holds of an unfinished message it lets go at once, and
     * keeps nothing of what follows. The receiver MAY still be told of it.
     */
    default void discardIncoming() {}

    /**
     * Grows whenever the other side takes something of what was handed over, be it a part of a message: two equal answers while something
     * waits to be written say that the other side has taken nothing in between.
     */
    long progress();

    /** What the engine hears. None of its methods blocks or runs user code. */
    interface Receiver {

        /**
         * A whole text message has arrived.
         *
         * @param utf8   holds it, as valid UTF-8; the transport's own again when this returns
         * @param offset where it begins
         * @param length its bytes
         */
        void onText(byte[] utf8, int offset, int length);

        /**
         * A part of a text message has arrived and more is to come, or a part of a compressed one has been decompressed. What the transport
         * holds of the message is the engine's to bound, until it has the whole {@link #onText}.
         *
         * @param length the bytes of this part, as they came or have become
         * @param held   the bytes of memory that all parts of the message take up together so far
         */
        default void onPart(int length, int held) {}

        /** A ping has arrived, and is answered by the transport: a sign of life. Those that a transport doesn't see it can't tell of. */
        void onPing();

        /** A pong has arrived, asked for or not: a sign of life. */
        void onPong();

        /**
         * More may be handed over, after {@code send} or {@code ping} has said no. Told by any thread, also while others of these methods
         * run, and maybe before that very {@code send} has returned; not while it holds a lock that a {@code send} needs.
         */
        void onWritable();

        /**
         * What arrived breaks the protocol below the engine's: a binary message, one that is too large. The engine
         * closes the connection.
         *
         * @param code   the close code that RFC 6455 §7.4.1 has for it
         * @param reason for the other side
         */
        void onViolation(int code, String reason);

        /**
         * The connection is over.
         *
         * @param code   the close code that was received, 1005 if there was none, 1006 if there was no close frame
         * @param reason the reason that was received; may be empty
         */
        void onClosed(int code, String reason);
    }
}
