package io.xywebsocket.websocket;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one connection, RFC 6455 §5 and RFC 7692 §6. A message that is whole in the buffer is handed over where it is; others
 * are gathered, and nothing is kept between messages. For one thread at a time, but for {@link #discard}.
 */
final class FrameReader {

    /**
     * @param expectMasked whether frames must be masked, as a client's must; otherwise none may be
     * @param maxMessage   the largest message, in bytes of UTF-8 after decompression
     * @param deflate      what was agreed; null if messages can't be compressed
     * @param sink         told of what arrives, on the thread that calls {@link #read}
     */
    FrameReader(boolean expectMasked, int maxMessage, @Nullable PerMessageDeflate deflate, Sink sink) {}

    /**
     * Takes all bytes of the buffer and changes them, as it unmasks in place. After a violation or a close frame it takes them unseen.
     *
     * @param bytes a buffer that has an array, see {@link ByteBuffer#hasArray}
     */
    void read(ByteBuffer bytes) {
        bytes.position(bytes.limit());
    }

    /** Lets go of the unfinished message, and keeps nothing of what follows; control frames still count. By any thread. */
    void discard() {}

    /** What arrives. None of its methods blocks. */
    interface Sink {

        /** A whole text message, valid UTF-8. The array is the reader's, and only until this returns. */
        void text(byte[] bytes, int offset, int length);

        /**
         * A part of a text message has arrived and more of it is to come.
         *
         * @param length the bytes of this part as they came; 0 for an empty fragment
         * @param held   the bytes of memory that all parts of the message take up together so far
         */
        void part(int length, int held);

        /** A ping, which is to be answered by a pong with the same data. The array is the sink's. */
        void ping(byte[] data);

        /** A pong, asked for or not. */
        void pong();

        /**
         * A close frame; nothing is heard after it.
         *
         * @param code 1005 if it has none
         */
        void close(int code, String reason);

        /**
         * What arrives breaks the protocol; nothing is heard after it.
         *
         * @param code   1002 for the protocol, 1003 for a binary message, 1007 for bytes that are no UTF-8 or can't be decompressed, 1009
         *               for a message that is too large
         * @param reason for the other side
         */
        void violation(int code, String reason);
    }
}
