package io.xywebsocket.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What has come of a message that isn't whole. Grows as bytes come, whatever length was announced. Thread-safe. */
final class PartialMessage {

    private static final byte[] NOTHING = {};
    private static final int FIRST_SIZE = 256;

    @GuardedBy("this")
    private byte[] bytes = NOTHING;

    @GuardedBy("this")
    private int length;

    private volatile boolean discarded;

    /**
     * Takes the next piece.
     *
     * @param expected how long the message can become, as far as that is known
     * @return the bytes of memory held; 0 once all is discarded
     */
    synchronized int add(byte[] from, int at, int pieceLength, int expected) {
        if (discarded) {
            return 0;
        }
        int needed = length + pieceLength;
        if (needed > bytes.length) {
            long ample = Math.min(expected, Math.max(FIRST_SIZE, 2L * needed));
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, ample));
        }
        System.arraycopy(from, at, bytes, length, pieceLength);
        length = needed;
        return bytes.length;
    }

    /** Takes the last piece and gives the whole message away, from index 0 on; null if it is discarded. Keeps nothing of it. */
    synchronized byte @Nullable [] takeWith(byte[] from, int at, int pieceLength) {
        var unused = add(from, at, pieceLength, length + pieceLength);
        byte[] whole = bytes;
        forget();
        return discarded ? null : whole;
    }

    /** Lets go of what has come, and keeps nothing any more. */
    synchronized void discard() {
        discarded = true;
        forget();
    }

    boolean isDiscarded() {
        return discarded;
    }

    @GuardedBy("this")
    private void forget() {
        bytes = NOTHING;
        length = 0;
    }
}
