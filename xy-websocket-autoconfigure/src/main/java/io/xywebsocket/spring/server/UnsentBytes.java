package io.xywebsocket.spring.server;

import java.util.Arrays;

/** Bytes that a socket has not taken yet. Not thread-safe. */
final class UnsentBytes {

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int offset;

    boolean isEmpty() {
        return bytes.length == 0;
    }

    byte[] array() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    int length() {
        return bytes.length - offset;
    }

    /** Adds a copy. */
    void keep(byte[] more, int from, int count) {
        int left = length();
        byte[] all = Arrays.copyOfRange(bytes, offset, offset + left + count);
        System.arraycopy(more, from, all, left, count);
        bytes = all;
        offset = 0;
    }

    /** So many have gone out. */
    void sent(int count) {
        offset += count;
        if (offset == bytes.length) {
            clear();
        }
    }

    void clear() {
        bytes = NOTHING;
        offset = 0;
    }
}
