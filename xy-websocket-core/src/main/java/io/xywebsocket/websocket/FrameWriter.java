package io.xywebsocket.websocket;

import io.xywebsocket.transport.CloseCodes;
import io.xywebsocket.transport.Utf8;
import java.nio.charset.StandardCharsets;

/** The bytes of a server's frames, RFC 6455 §5.2: final and unmasked. Stateless. */
final class FrameWriter {

    /** The longest header of an unmasked frame, in bytes. */
    static final int MAX_HEADER = 10;

    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;
    private static final int MAX_REASON = Opcodes.MAX_CONTROL_PAYLOAD - 2;

    private FrameWriter() {}

    /**
     * Writes the header of a text message that is sent in one frame.
     *
     * @param to         where to; needs room for {@link #MAX_HEADER} bytes
     * @param at         where the header begins
     * @param compressed whether the payload is in permessage-deflate's form (RSV1, RFC 7692 §6)
     * @param length     the bytes of the payload as it is sent
     * @return where the payload begins
     */
    static int textHeader(byte[] to, int at, boolean compressed, int length) {
        return header(to, at, compressed ? Opcodes.TEXT | RSV1 : Opcodes.TEXT, length);
    }

    /** A ping without data, RFC 6455 §5.5.2. */
    static byte[] ping() {
        return control(Opcodes.PING, new byte[0]);
    }

    /** The pong that answers a ping: with its data, RFC 6455 §5.5.3. At most 125 bytes. */
    static byte[] pong(byte[] data) {
        return control(Opcodes.PONG, data);
    }

    /** A close frame without a code, which answers one without, RFC 6455 §5.5.1. */
    static byte[] close() {
        return control(Opcodes.CLOSE, new byte[0]);
    }

    /**
     * A close frame, RFC 6455 §5.5.1.
     *
     * @param reason what exceeds 123 bytes of UTF-8 is left out
     * @throws IllegalArgumentException if no close frame may bear the code
     */
    static byte[] close(int code, String reason) {
        CloseCodes.sendable(code);
        byte[] text = Utf8.truncate(reason, MAX_REASON).getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return control(Opcodes.CLOSE, payload);
    }

    private static byte[] control(int opcode, byte[] payload) {
        if (payload.length > Opcodes.MAX_CONTROL_PAYLOAD) {
            throw new IllegalArgumentException("A control frame has at most 125 bytes, not " + payload.length);
        }
        byte[] frame = new byte[2 + payload.length];
        int at = header(frame, 0, opcode, payload.length);
        System.arraycopy(payload, 0, frame, at, payload.length);
        return frame;
    }

    private static int header(byte[] to, int at, int rsvAndOpcode, int length) {
        to[at] = (byte) (FIN | rsvAndOpcode);
        if (length < 126) {
            to[at + 1] = (byte) length;
            return at + 2;
        }
        if (length < 0x10000) {
            to[at + 1] = 126;
            to[at + 2] = (byte) (length >> 8);
            to[at + 3] = (byte) length;
            return at + 4;
        }
        to[at + 1] = 127;
        for (int i = 0; i < 8; i++) {
            to[at + 2 + i] = (byte) ((long) length >> (56 - 8 * i));
        }
        return at + MAX_HEADER;
    }
}
