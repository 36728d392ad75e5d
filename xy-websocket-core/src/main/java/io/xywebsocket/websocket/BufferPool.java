package io.xywebsocket.websocket;

/**
 * Buffers of {@link #SIZE} bytes for as long as something is read or written, so that idle connections have none. Thread-safe.
 *
 * @since 0.1
 */
public final class BufferPool {

    /** Bytes of a buffer. */
    public static final int SIZE = 16 << 10;

    private static final Pool<byte[]> POOL = new Pool<>(() -> new byte[SIZE], surplus -> {});

    private BufferPool() {}

    /** A buffer with anything in it, to be {@linkplain #giveBack given back}. */
    public static byte[] take() {
        return POOL.borrow();
    }

    /** Takes back a buffer that nobody uses any more. */
    public static void giveBack(byte[] buffer) {
        POOL.giveBack(buffer);
    }
}
