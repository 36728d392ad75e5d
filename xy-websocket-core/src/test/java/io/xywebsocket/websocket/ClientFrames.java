package io.xywebsocket.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Deflater;

/** Frames as a client sends them, RFC 6455 §5.2, and as none should. */
final class ClientFrames {

    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    static final int RSV2 = 0x20;
    static final int RSV3 = 0x10;
    static final int KEY = 0x37fa213d;

    private ClientFrames() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }

    static byte[] text(String text) {
        return frame(FIN | Opcodes.TEXT, utf8(text));
    }

    static byte[] ping(String data) {
        return frame(FIN | Opcodes.PING, utf8(data));
    }

    static byte[] close(int code, String reason) {
        return frame(FIN | Opcodes.CLOSE, concat(new byte[] {(byte) (code >> 8), (byte) code}, utf8(reason)));
    }

    /** A masked frame with a length in as few bytes as it needs. */
    static byte[] frame(int first, byte[] payload) {
        return concat(header(first, payload.length), masked(payload, KEY));
    }

    /** The header of a masked frame. */
    static byte[] header(int first, long length) {
        int size = length < 126 ? 0 : length < 0x10000 ? 2 : 8;
        return header(first, length, size, true);
    }

    /** @param size how many bytes hold the length beside the first: 0, 2 or 8 */
    static byte[] header(int first, long length, int size, boolean masked) {
        ByteBuffer header = ByteBuffer.allocate(2 + size + (masked ? 4 : 0));
        header.put((byte) first);
        header.put((byte) ((masked ? 0x80 : 0) | (size == 0 ? length : size == 2 ? 126 : 127)));
        if (size == 2) {
            header.putShort((short) length);
        } else if (size == 8) {
            header.putLong(length);
        }
        if (masked) {
            header.putInt(KEY);
        }
        return header.array();
    }

    /** RFC 6455 §5.3, as it stands there. */
    static byte[] masked(byte[] payload, int key) {
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= (byte) (key >> 8 * (3 - i % 4));
        }
        return masked;
    }

    static byte[] unmasked(int first, byte[] payload) {
        return concat(header(first, payload.length, payload.length < 126 ? 0 : 2, false), payload);
    }

    /** A text message in fragments of so many bytes. */
    static byte[] fragmented(int first, byte[] payload, int size) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int at = 0; at < payload.length; at += size) {
            int to = Math.min(payload.length, at + size);
            int opcode = at == 0 ? first : Opcodes.CONTINUATION;
            frames.writeBytes(frame((to == payload.length ? FIN : 0) | opcode, Arrays.copyOfRange(payload, at, to)));
        }
        return frames.toByteArray();
    }

    /** A message as RFC 7692 §7.2.1 compresses it. */
    static byte[] deflated(byte[] message, int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(message);
            byte[] output = new byte[message.length * 2 + 1024];
            int length = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(output, length - 4);
        } finally {
            deflater.end();
        }
    }

    /** A block with BFINAL set, and nothing behind it. */
    static byte[] finalBlock(byte[] message) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(message);
            deflater.finish();
            byte[] output = new byte[message.length * 2 + 1024];
            return Arrays.copyOf(output, deflater.deflate(output));
        } finally {
            deflater.end();
        }
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
