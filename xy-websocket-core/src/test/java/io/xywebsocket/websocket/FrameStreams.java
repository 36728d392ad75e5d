package io.xywebsocket.websocket;

import static io.xywebsocket.websocket.ClientFrames.FIN;
import static io.xywebsocket.websocket.ClientFrames.RSV1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;

/** Makes up what a client may send: mostly what keeps to the specifications, now and then what doesn't, and sometimes with bytes changed. */
final class FrameStreams {

    /** The largest message that the readers under test take. */
    static final int MAX = 1000;

    private static final String[] TEXTS = {"", "a", "hello", "grüße", "€uro", "日本語", "😀", "\u0000", "\uffff"};
    private static final byte[][] NO_TEXTS = {
        {(byte) 0x80},
        {(byte) 0xc0, (byte) 0x80},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xe2, (byte) 0x82},
        {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0xff},
        {(byte) 0xe0, (byte) 0x80, (byte) 0x80}
    };
    private static final int[] CODES = {
        1000, 1001, 1002, 1003, 1007, 1011, 1012, 1014, 3000, 4999, 0, 999, 1004, 1005, 1006, 1015, 5000
    };

    private final SplittableRandom random;
    private final boolean compression;
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

    private FrameStreams(SplittableRandom random, boolean compression) {
        this.random = random;
        this.compression = compression;
    }

    /** A stream, in the pieces in which the network brings it. It ends in what every reader refuses, whatever came before. */
    static List<byte[]> next(SplittableRandom random, boolean compression) {
        FrameStreams streams = new FrameStreams(random, compression);
        byte[] bytes = streams.stream();
        byte[] padded =
                Arrays.copyOf(bytes, bytes.length + 2 * MAX + 1200); // any frame ends, then comes one without a mask
        return streams.cut(padded);
    }

    private boolean oneIn(int chances) {
        return random.nextInt(chances) == 0;
    }

    private byte[] stream() {
        int messages = 1 + random.nextInt(6);
        for (int i = 0; i < messages; i++) {
            if (oneIn(4)) {
                control();
            }
            if (oneIn(20)) {
                oddFrame();
            }
            message();
        }
        byte[] bytes = stream.toByteArray();
        while (oneIn(5)) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private void message() {
        byte[] payload = payload();
        int first = Opcodes.TEXT;
        if (compression && !oneIn(3)) {
            first |= RSV1;
            byte[] blocks = ClientFrames.deflated(payload, oneIn(3) ? Deflater.NO_COMPRESSION : 6);
            payload = oneIn(40) ? ClientFrames.concat(ClientFrames.finalBlock(payload), blocks) : blocks;
        }
        int fragments = oneIn(2) ? 1 : 1 + random.nextInt(5);
        int at = 0;
        for (int i = 1; i <= fragments; i++) {
            int to = i == fragments ? payload.length : at + random.nextInt(payload.length - at + 1);
            frame((i == fragments ? FIN : 0) | first, Arrays.copyOfRange(payload, at, to));
            first = Opcodes.CONTINUATION;
            at = to;
            if (i < fragments && oneIn(4)) {
                control();
            }
        }
    }

    private byte[] payload() {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        int pieces = random.nextInt(8);
        for (int i = 0; i < pieces; i++) {
            payload.writeBytes(ClientFrames.utf8(TEXTS[random.nextInt(TEXTS.length)]));
        }
        if (oneIn(15)) {
            payload.writeBytes(NO_TEXTS[random.nextInt(NO_TEXTS.length)]);
        }
        if (oneIn(10)) {
            payload.writeBytes(new byte[random.nextInt(300)]);
        }
        if (oneIn(20)) {
            payload.writeBytes(new byte[MAX + 2 - payload.size() % MAX - random.nextInt(4)]);
        }
        return payload.toByteArray();
    }

    private void control() {
        if (oneIn(8)) {
            int code = CODES[random.nextInt(CODES.length)];
            byte[] reason = oneIn(3) ? NO_TEXTS[random.nextInt(NO_TEXTS.length)] : ClientFrames.utf8("bye €");
            byte[] body = ClientFrames.concat(new byte[] {(byte) (code >> 8), (byte) code}, reason);
            frame(FIN | Opcodes.CLOSE, Arrays.copyOf(body, oneIn(3) ? random.nextInt(3) : body.length));
        } else {
            frame(FIN | (oneIn(2) ? Opcodes.PING : Opcodes.PONG), ClientFrames.utf8("p".repeat(random.nextInt(126))));
        }
    }

    private void oddFrame() {
        byte[] payload = new byte[random.nextInt(4)];
        switch (random.nextInt(9)) {
            case 0 -> frame(random.nextInt(256), payload);
            case 1 -> frame(FIN | random.nextInt(16), payload);
            case 2 -> frame(FIN | Opcodes.PING | random.nextInt(3), new byte[120 + random.nextInt(10)]);
            case 3 -> stream.writeBytes(ClientFrames.unmasked(FIN | Opcodes.TEXT, payload));
            case 4 -> stream.writeBytes(ClientFrames.header(FIN | Opcodes.TEXT, random.nextInt(200), 2, true));
            case 5 -> stream.writeBytes(ClientFrames.header(FIN | Opcodes.TEXT, random.nextInt(1 << 17), 8, true));
            case 6 -> stream.writeBytes(ClientFrames.header(FIN | Opcodes.TEXT, random.nextLong(), 8, true));
            case 7 -> frame(Opcodes.BINARY, payload);
            default -> frame(random.nextInt(2) * FIN, payload);
        }
    }

    private void frame(int first, byte[] payload) {
        stream.writeBytes(ClientFrames.header(first, payload.length));
        stream.writeBytes(ClientFrames.masked(payload, ClientFrames.KEY));
    }

    private List<byte[]> cut(byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>();
        int longest = oneIn(3) ? bytes.length : 1 + random.nextInt(oneIn(2) ? 10 : 500);
        for (int at = 0; at < bytes.length; ) {
            int to = at + Math.min(bytes.length - at, longest == bytes.length ? longest : 1 + random.nextInt(longest));
            pieces.add(Arrays.copyOfRange(bytes, at, to));
            at = to;
        }
        return pieces;
    }
}
