package io.xywebsocket.websocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A wire on which everything happens when the test says so. Of one thread. */
final class MemoryWire implements Wire {

    /** What each write was given. */
    record Written(byte[] array, int length) {}

    final List<Written> writes = new ArrayList<>();
    int room = Integer.MAX_VALUE;
    boolean suspended;
    boolean ended;
    boolean aborted;

    @Nullable
    IOException failure;

    @Nullable
    WebSocketTransport transport;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private byte[] kept = {};

    @Override
    public boolean write(byte[] bytes, int offset, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (ended || aborted || kept.length > 0) {
            throw new AssertionError("nothing may be written now");
        }
        writes.add(new Written(bytes, length));
        kept = Arrays.copyOfRange(bytes, offset, offset + length);
        flush();
        return kept.length == 0;
    }

    private void flush() {
        int fits = Math.min(room, kept.length);
        room -= room == Integer.MAX_VALUE ? 0 : fits;
        out.write(kept, 0, fits);
        kept = Arrays.copyOfRange(kept, fits, kept.length);
    }

    /** The other side takes so many bytes. */
    void take(int bytes) {
        room = bytes;
        boolean waited = kept.length > 0;
        flush();
        if (waited && kept.length == 0) {
            Objects.requireNonNull(transport).onWritable();
        }
    }

    void takeAll() {
        take(Integer.MAX_VALUE);
    }

    /** What the wire keeps because the other side doesn't take it. */
    int kept() {
        return kept.length;
    }

    /** What has arrived at the other side, as {@link ReadFrames} tells it. */
    List<String> arrived() {
        ReadFrames read = new ReadFrames();
        new FrameReader(false, 8 << 20, null, read).read(ByteBuffer.wrap(out.toByteArray()));
        return read.told;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    @Override
    public long written() {
        return out.size();
    }

    @Override
    public void end() {
        if (kept.length > 0) {
            throw new AssertionError("something is still to be written");
        }
        ended = true;
    }

    @Override
    public void abort() {
        aborted = !ended;
    }

    @Override
    public void suspend() {
        suspended = true;
    }

    @Override
    public void resume() {
        suspended = false;
    }
}
