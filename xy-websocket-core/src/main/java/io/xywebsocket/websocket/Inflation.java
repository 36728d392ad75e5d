package io.xywebsocket.websocket;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses one message after the other, RFC 7692 §7.2.2, none with the context of another. For one thread at a time; pooled. */
final class Inflation {

    static final Pool<Inflation> POOL = new Pool<>(Inflation::new, Inflation::end);

    /** A message may end in the middle of its blocks' bits; what the sender left out ends them, and an empty final block shows that it did. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff, 1, 0, 0, (byte) 0xff, (byte) 0xff};

    private static final int WINDOW = 32 * 1024;
    private static final int KEPT_SIZE = 16 * 1024;

    /** Each costs a reset and a copy of the window, for two bytes of input. */
    private static final int MAX_FINAL_BLOCKS = 32 * 1024;

    private final Inflater inflater = new Inflater(true);
    private byte[] output = new byte[KEPT_SIZE];
    private int length;

    private Inflation() {}

    /** Where the message is, from index 0 on, until this is given back. */
    byte[] output() {
        return output;
    }

    /**
     * Decompresses a message, which may consist of any number of blocks, final ones among them (RFC 7692 §7.2.3.4).
     *
     * @param max the most bytes that it may become
     * @return the bytes that it became; more than {@code max} if it becomes too large, and then no more than one byte more
     * @throws DataFormatException if these are no whole blocks
     */
    int inflate(byte[] bytes, int offset, int compressedLength, int max) throws DataFormatException {
        if (compressedLength == 0) {
            return 0;
        }
        int end = offset + compressedLength;
        int finalBlocks = 0;
        boolean atTail = false;
        inflater.setInput(bytes, offset, compressedLength);
        while (length <= max) {
            if (length == output.length) {
                output = Arrays.copyOf(output, (int) Math.min(2L * length, max + 1L));
            }
            length += inflater.inflate(output, length, output.length - length);
            if (inflater.finished()) {
                int rest = inflater.getRemaining();
                if (rest == 0) {
                    break;
                }
                if (atTail || ++finalBlocks > MAX_FINAL_BLOCKS) {
                    throw new DataFormatException();
                }
                goOnAfterFinalBlock();
                inflater.setInput(bytes, end - rest, rest);
            } else if (length < output.length) { // all input is used up
                if (atTail) {
                    throw new DataFormatException();
                }
                inflater.setInput(TAIL);
                atTail = true;
            }
        }
        return length;
    }

    /** Makes this as new for the next message. A large output isn't kept. */
    void giveBack() {
        inflater.reset();
        length = 0;
        if (output.length > KEPT_SIZE) {
            output = new byte[KEPT_SIZE];
        }
        POOL.giveBack(this);
    }

    /** The blocks that follow may refer to what came before the final one, which a reset forgets. */
    private void goOnAfterFinalBlock() {
        inflater.reset();
        int window = Math.min(length, WINDOW);
        inflater.setDictionary(output, length - window, window);
    }

    private void end() {
        inflater.end();
    }
}
