package io.xywebsocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes what a reader tells, as lines such as "text hello" and "refused 1002". */
final class ReadFrames implements FrameReader.Sink {

    static final int MAX = 1 << 20;

    final List<String> told = new ArrayList<>();
    final List<String> parts = new ArrayList<>();

    @Nullable
    String reason;

    int held;

    /** What bytes are read as, which MUST be the same whether they come at once, one by one, or in two pieces. */
    static List<String> readByServer(byte[]... bytes) {
        return read(true, MAX, null, ClientFrames.concat(bytes));
    }

    static List<String> readCompressed(byte[]... bytes) {
        PerMessageDeflate deflate = PerMessageDeflate.negotiate(List.of("permessage-deflate"));
        return read(true, MAX, deflate, ClientFrames.concat(bytes));
    }

    static List<String> read(boolean masked, int max, @Nullable PerMessageDeflate deflate, byte[] bytes) {
        List<String> atOnce = inPieces(masked, max, deflate, bytes, Math.max(1, bytes.length));
        assertThat(inPieces(masked, max, deflate, bytes, 1)).as("byte by byte").isEqualTo(atOnce);
        for (int size = 2; size < 20; size++) {
            assertThat(inPieces(masked, max, deflate, bytes, size))
                    .as("in pieces of %d bytes", size)
                    .isEqualTo(atOnce);
        }
        return atOnce;
    }

    private static List<String> inPieces(
            boolean masked, int max, @Nullable PerMessageDeflate deflate, byte[] bytes, int size) {
        ReadFrames read = new ReadFrames();
        FrameReader reader = new FrameReader(masked, max, deflate, read);
        for (int at = 0; at < bytes.length; at += size) {
            feed(reader, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
        }
        return read.told;
    }

    /** From the middle of a larger array, as a container's buffer may be. */
    static void feed(FrameReader reader, byte[] bytes) {
        byte[] array = new byte[bytes.length + 16];
        Arrays.fill(array, (byte) 0x55);
        System.arraycopy(bytes, 0, array, 7, bytes.length);
        ByteBuffer buffer = ByteBuffer.wrap(array, 3, bytes.length + 4).slice();
        buffer.position(4);
        reader.read(buffer);
        assertThat(buffer.hasRemaining()).isFalse();
        for (int i = 0; i < 7; i++) {
            assertThat(array[i]).isEqualTo((byte) 0x55);
        }
        for (int i = 7 + bytes.length; i < array.length; i++) {
            assertThat(array[i]).isEqualTo((byte) 0x55);
        }
    }

    @Override
    public void text(byte[] bytes, int offset, int length) {
        told.add("text " + new String(bytes, offset, length, StandardCharsets.UTF_8));
    }

    @Override
    public void part(int length, int held) {
        parts.add(String.valueOf(length));
        this.held = held;
    }

    @Override
    public void ping(byte[] data) {
        told.add("ping " + new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void pong() {
        told.add("pong");
    }

    @Override
    public void close(int code, String reason) {
        told.add("close " + code + " " + reason);
    }

    @Override
    public void violation(int code, String reason) {
        told.add("refused " + code);
        this.reason = reason;
    }
}
