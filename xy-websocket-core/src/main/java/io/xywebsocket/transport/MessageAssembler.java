package io.xywebsocket.transport;

import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of a text message together under a bound of our own, so that a container's buffers can stay small. Not
 * thread-safe: for the one thread that reads.
 */
public final class MessageAssembler {

    private final int maxBytes;
    private @Nullable StringBuilder pieces;
    private long bytes;

    /** @param maxBytes the largest message, in bytes of UTF-8 */
    public MessageAssembler(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Takes the next piece.
     *
     * @param piece a part of a message; it may end between the two halves of a surrogate pair
     * @param last  whether it ends the message
     * @return the whole message if this was its end; null if more is to come
     * @throws TooLargeException as soon as the message exceeds the bound; what was gathered is dropped
     */
    public @Nullable String add(String piece, boolean last) throws TooLargeException {
        if (last && pieces == null && bytes == 0 && piece.length() <= maxBytes / 3) {
            return piece; // a UTF-16 unit has at most three bytes in UTF-8
        }
        bytes += Utf8.length(piece);
        if (bytes > maxBytes) {
            pieces = null;
            bytes = 0;
            throw new TooLargeException(maxBytes);
        }
        if (last && pieces == null) {
            bytes = 0;
            return piece;
        }
        if (pieces == null) {
            pieces = new StringBuilder(Math.max(2 * piece.length(), 16));
        }
        pieces.append(piece);
        if (!last) {
            return null;
        }
        String message = pieces.toString();
        pieces = null;
        bytes = 0;
        return message;
    }

    /** A message is larger than the bound. */
    public static final class TooLargeException extends Exception {

        private static final long serialVersionUID = 1L;

        TooLargeException(int maxBytes) {
            super("message larger than " + maxBytes + " bytes");
        }
    }
}
