package io.xywebsocket.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of a text message together under a bound, for transports that have them as text. For the one thread
 * that reads; {@link #discard} may be called by any.
 *
 * @since 0.1
 */
public final class MessageAssembler {

    /**
     * A message is put together once, when it is whole; but many small pieces, of which a peer may send a million, are more
     * than their text, and are put together in between: so seldom that it costs little.
     */
    private static final int FEW_PIECES = 16;

    private static final int USUAL_PIECE = 512;

    /** What a piece takes up beside its text: the objects around it, and its place among the others. */
    private static final int PIECE_OVERHEAD = 64;

    private final int maxBytes;

    @GuardedBy("this")
    private List<String> pieces = List.of();

    @GuardedBy("this")
    private int length;

    /** What the pieces so far can be at most; counted exactly from where that exceeds the bound. */
    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private boolean counted;

    @GuardedBy("this")
    private long held;

    @GuardedBy("this")
    private boolean discarded;

    /** @param maxBytes the largest message, in bytes of UTF-8 */
    public MessageAssembler(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Takes the next piece.
     *
     * @param piece a part of a message; it may end between the two halves of a surrogate pair
     * @param last  whether it ends the message
     * @return the whole message if this was its end; null if more is to come, or if all is {@linkplain #discard discarded}
     * @throws TooLargeException as soon as the message exceeds the bound; what was gathered is dropped
     */
    public synchronized @Nullable String add(String piece, boolean last) throws TooLargeException {
        if (discarded) {
            return null;
        }
        if (!fits(piece)) {
            forget();
            throw new TooLargeException(maxBytes);
        }
        if (last && pieces.isEmpty()) {
            forget();
            return piece;
        }
        held += (long) PIECE_OVERHEAD + Utf8.inMemory(piece);
        if (pieces.isEmpty()) {
            pieces = new ArrayList<>(4);
        }
        pieces.add(piece);
        length += piece.length();
        if (last) {
            String message = String.join("", pieces);
            forget();
            return message;
        }
        if (pieces.size() > FEW_PIECES + length / USUAL_PIECE) {
            String joined = String.join("", pieces);
            pieces.clear();
            pieces.add(joined);
            held = (long) PIECE_OVERHEAD + Utf8.inMemory(joined);
        }
        return null;
    }

    /** About the bytes of memory that the pieces of the unfinished message take up. */
    public synchronized int held() {
        return (int) Math.min(Integer.MAX_VALUE, held);
    }

    /** Lets go of what was gathered, and gathers nothing any more. */
    public synchronized void discard() {
        discarded = true;
        forget();
    }

    /** A UTF-16 unit has at most three bytes in UTF-8: most messages need not be counted. */
    @GuardedBy("this")
    private boolean fits(String piece) {
        if (!counted && bytes + 3L * piece.length() <= maxBytes) {
            bytes += 3L * piece.length();
            return true;
        }
        if (!counted) {
            counted = true;
            bytes = Utf8.length(String.join("", pieces));
        }
        bytes += Utf8.length(piece);
        return bytes <= maxBytes;
    }

    @GuardedBy("this")
    private void forget() {
        pieces = List.of(); // an idle connection keeps nothing
        length = 0;
        bytes = 0;
        counted = false;
        held = 0;
    }

    /** A message is larger than the bound. */
    public static final class TooLargeException extends Exception {

        private static final long serialVersionUID = 1L;

        TooLargeException(int maxBytes) {
            super("message larger than " + maxBytes + " bytes");
        }
    }
}
