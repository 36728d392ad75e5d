package io.xywebsocket.websocket;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Buffers of {@link #SIZE} bytes for as long as something is read or written, so that idle connections have none. Thread-safe. */
public final class BufferPool {

    /** Bytes of a buffer. */
    public static final int SIZE = 16 << 10;

    /** More are needed at once only by as many threads, and the rest goes to the garbage collector. */
    private static final int MAX_IDLE = 64;

    private static final BlockingQueue<byte[]> idle = new ArrayBlockingQueue<>(MAX_IDLE);

    private BufferPool() {}

    /** A buffer with anything in it, to be {@linkplain #giveBack given back}. */
    public static byte[] take() {
        byte[] buffer = idle.poll();
        return buffer == null ? new byte[SIZE] : buffer;
    }

    /** Takes back a buffer that nobody uses any more. */
    public static void giveBack(byte[] buffer) {
        var unused = idle.offer(buffer);
    }
}
