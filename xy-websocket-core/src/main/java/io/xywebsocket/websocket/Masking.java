package io.xywebsocket.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Masks and unmasks payloads, RFC 6455 §5.3. Stateless. A key is held with its first byte lowest. */
final class Masking {

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Masking() {}

    /** The key that begins at an index. */
    static int key(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at);
    }

    /** The key as it goes on after so many bytes of the payload. */
    static int after(int key, int length) {
        return Integer.rotateRight(key, 8 * (length & 3));
    }

    /**
     * Unmasks in place, eight bytes at a time.
     *
     * @param key 0 if the payload isn't masked
     * @return whether all is ASCII once it is unmasked
     */
    static boolean unmask(byte[] bytes, int from, int to, int key) {
        long keys = (key & 0xffffffffL) | ((long) key << 32);
        long all = 0;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long plain = (long) LONGS.get(bytes, at) ^ keys;
            LONGS.set(bytes, at, plain);
            all |= plain;
        }
        for (; at < to; at++) {
            byte plain = (byte) (bytes[at] ^ keys);
            bytes[at] = plain;
            all |= plain;
            keys >>>= 8;
        }
        return (all & NOT_ASCII) == 0;
    }

    /** The first index from which on there may be a byte that isn't ASCII; all before are. */
    static int afterAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }
}
