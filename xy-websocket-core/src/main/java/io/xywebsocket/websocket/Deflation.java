package io.xywebsocket.websocket;

import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Compresses messages, RFC 7692 §7.2.1, none with the context of another. For one thread at a time; pooled. */
final class Deflation {

    static final Pool<Deflation> POOL = new Pool<>(Deflation::new, Deflation::end);

    /** What ends a flushed block, and is left out of a message. */
    private static final int TAIL_LENGTH = 4;

    /** Half of the time of the usual level, for a tenth more bytes. */
    private static final int LEVEL = Deflater.BEST_SPEED;

    private final Deflater deflater = new Deflater(LEVEL, true);

    private Deflation() {}

    /** The message in compressed form; null if it is no shorter then. */
    byte @Nullable [] deflate(byte[] bytes, int offset, int length) {
        byte[] output = new byte[length];
        deflater.setInput(bytes, offset, length);
        int compressed = deflater.deflate(output, 0, length, Deflater.SYNC_FLUSH);
        return compressed == length ? null : Arrays.copyOf(output, compressed - TAIL_LENGTH);
    }

    void giveBack() {
        deflater.reset();
        POOL.giveBack(this);
    }

    private void end() {
        deflater.end();
    }
}
