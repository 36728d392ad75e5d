package io.xywebsocket.benchmarks.load.generator;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;

/** WebSocket frames as a client sends them. */
public final class Frames {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private Frames() {}

    /** A text message. */
    public static byte[] text(byte[] utf8) {
        return frame(TEXT, utf8, false);
    }

    /** A text message under permessage-deflate. It refers to no earlier message, so it can be sent again. */
    public static byte[] compressedText(byte[] utf8) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(utf8);
        byte[] compressed = new byte[utf8.length + 64];
        int length = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return frame(TEXT, Arrays.copyOf(compressed, length - 4), true); // without 00 00 ff ff, as the extension says
    }

    /** A part of a message, of which more is to come. */
    static byte[] fragment(int opcode, byte[] payload) {
        byte[] frame = frame(opcode, payload, false);
        frame[0] &= 0x7f;
        return frame;
    }

    static byte[] frame(int opcode, byte[] payload, boolean compressed) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) (0x80 | (compressed ? 0x40 : 0) | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ MASK[i & 3]));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }
}
