package io.xywebsocket.websocket;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses one message after the other, RFC 7692 §7.2.2, none with the context of another, piece by piece: what a message becomes is its
 * reader's to keep. For one thread at a time; pooled.
 */
final class Inflation {

    static final Pool<Inflation> POOL = new Pool<>(Inflation::new, Inflation::end);

    /** A message may end in the middle of its blocks' bits; what the sender left out ends them, and an empty final block shows that it did. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff, 1, 0, 0, (byte) 0xff, (byte) 0xff};

    private static final byte[] NOTHING = {};
    private static final int WINDOW = 32 * 1024;
    private static final int PIECE = 16 * 1024;

    /** Each costs a reset and a copy of the window, for two bytes of input. */
    private static final int MAX_FINAL_BLOCKS = 1024;

    private enum Input {
        MESSAGE,
        TAIL,
        USED_UP
    }

    private final Inflater inflater = new Inflater(true);

    /** The piece, and before it as much of the message as a compressor can refer to. */
    private final byte[] output = new byte[WINDOW + PIECE];

    private int from;
    private int to;
    private byte[] message = NOTHING;
    private int messageEnd;
    private int finalBlocks;
    private Input input = Input.USED_UP;

    private Inflation() {}

    /** Begins a message, which may consist of any number of blocks, final ones among them (RFC 7692 §7.2.3.4). */
    void begin(byte[] bytes, int offset, int length) {
        message = bytes;
        messageEnd = offset + length;
        input = length == 0 ? Input.USED_UP : Input.MESSAGE;
        inflater.setInput(bytes, offset, length);
    }

    /**
     * Decompresses the next piece: the rest of the message if that fits into the buffer.
     *
     * @return its length; it is in {@link #output} at {@link #from} until the next call
     * @throws DataFormatException if these are no whole blocks
     */
    int next() throws DataFormatException {
        if (to == output.length) {
            System.arraycopy(output, to - WINDOW, output, 0, WINDOW);
            to = WINDOW;
        }
        from = to;
        while (input != Input.USED_UP && to < output.length) {
            to += inflater.inflate(output, to, output.length - to);
            if (inflater.finished()) {
                endFinalBlock(inflater.getRemaining());
            } else if (to < output.length) { // all input is used up
                addTail();
            }
        }
        return to - from;
    }

    byte[] output() {
        return output;
    }

    int from() {
        return from;
    }

    /** Whether the last piece was the message's end. */
    boolean isOver() {
        return input == Input.USED_UP;
    }

    /** Makes this as new for the next message. */
    void giveBack() {
        inflater.reset();
        to = 0;
        message = NOTHING;
        finalBlocks = 0;
        POOL.giveBack(this);
    }

    private void addTail() throws DataFormatException {
        if (input == Input.TAIL) {
            throw new DataFormatException();
        }
        inflater.setInput(TAIL);
        input = Input.TAIL;
    }

    /** Blocks that follow may refer to what came before the final one, which a reset forgets. */
    private void endFinalBlock(int rest) throws DataFormatException {
        if (rest == 0) {
            input = Input.USED_UP;
            return;
        }
        if (input == Input.TAIL || ++finalBlocks > MAX_FINAL_BLOCKS) {
            throw new DataFormatException();
        }
        inflater.reset();
        int window = Math.min(to, WINDOW);
        inflater.setDictionary(output, to - window, window);
        inflater.setInput(message, messageEnd - rest, rest);
    }

    private void end() {
        inflater.end();
    }
}
