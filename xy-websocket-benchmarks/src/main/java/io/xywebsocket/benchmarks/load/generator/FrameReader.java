package io.xywebsocket.benchmarks.load.generator;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Cuts what a server sends into messages. */
final class FrameReader {

    /** Hears them. */
    interface Messages {
        void text(byte[] bytes, int offset, int length);

        void control(int opcode, byte[] payload);
    }

    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private final Messages messages;
    private byte[] rest = new byte[0];
    private @Nullable ByteArrayOutputStream pieces;
    private boolean compressed;
    private @Nullable Inflater inflater;

    FrameReader(Messages messages) {
        this.messages = messages;
    }

    /** What is left of the last read and has to stand in front of the next one. */
    byte[] rest() {
        return rest;
    }

    void read(byte[] bytes, int start, int end) {
        int at = start;
        while (end - at >= 2) {
            int shortLength = bytes[at + 1] & 0x7f;
            int head = shortLength < 126 ? 2 : shortLength == 126 ? 4 : 10;
            if (end - at < head) {
                break;
            }
            int length = shortLength < 126 ? shortLength : length(bytes, at + 2, head - 2);
            if (end - at - head < length) {
                break;
            }
            frame(bytes[at], bytes, at + head, length);
            at += head + length;
        }
        rest = at == end ? rest.length == 0 ? rest : new byte[0] : Arrays.copyOfRange(bytes, at, end);
    }

    private static int length(byte[] bytes, int at, int count) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << 8 | bytes[at + i] & 0xff;
        }
        return length;
    }

    private void frame(int head, byte[] bytes, int offset, int length) {
        int opcode = head & 0x0f;
        boolean last = (head & 0x80) != 0;
        if (opcode >= Frames.CLOSE) {
            messages.control(opcode, Arrays.copyOfRange(bytes, offset, offset + length));
            return;
        }
        if (opcode != Frames.CONTINUATION) {
            compressed = (head & 0x40) != 0;
            if (last && !compressed) {
                messages.text(bytes, offset, length);
                return;
            }
            pieces = new ByteArrayOutputStream();
        }
        if (pieces == null) {
            throw new IllegalStateException("a continuation of nothing");
        }
        pieces.write(bytes, offset, length);
        if (last) {
            byte[] whole = compressed ? inflate(pieces.toByteArray()) : pieces.toByteArray();
            pieces = null;
            messages.text(whole, 0, whole.length);
        }
    }

    private byte[] inflate(byte[] message) {
        if (inflater == null) {
            inflater = new Inflater(true);
        }
        ByteArrayOutputStream plain = new ByteArrayOutputStream(message.length * 2);
        byte[] chunk = new byte[8192];
        try {
            for (byte[] part : new byte[][] {message, TAIL}) {
                inflater.setInput(part);
                for (int n; (n = inflater.inflate(chunk)) > 0; ) {
                    plain.write(chunk, 0, n);
                }
            }
        } catch (DataFormatException e) {
            throw new IllegalStateException(e);
        }
        return plain.toByteArray();
    }
}
