package io.xywebsocket.websocket;

import io.xywebsocket.transport.OutgoingMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Messages and control frames that wait to be written to one connection, as the bytes of frames, RFC 6455 §5.2. Control frames come before the
 * next message, the close frame after all. Not thread-safe: its {@link WebSocketTransport} guards it.
 */
final class OutgoingFrames {

    /** Bytes of a large message that are handed to the wire at once; the wire keeps no more of it for a peer that has stopped reading. */
    private static final int MAX_DIRECT = 64 << 10;

    /** Pings beyond that number, unanswered because the other side doesn't read, are answered by one pong: RFC 6455 §5.5.3. */
    private static final int MAX_PONGS = 64;

    /** Stand-in for the compressed form of a message that is better sent as it is. */
    private static final byte[] AS_IT_IS = {};

    /** Bytes to be written at once. */
    static final class Chunk {

        final byte[] bytes;
        final int offset;
        final int length;

        Chunk(byte[] bytes, int offset, int length) {
            this.bytes = bytes;
            this.offset = offset;
            this.length = length;
        }
    }

    private final boolean compressing;

    private @Nullable OutgoingMessage first;
    private @Nullable Queue<OutgoingMessage> others;
    private int waitingBytes;
    private boolean pingWanted;
    private @Nullable Queue<byte[]> pongs;
    private byte @Nullable [] closeFrame;

    // the payload whose frame has begun and whose rest follows
    private byte @Nullable [] payload;
    private int payloadAt;
    private int payloadEnd;

    OutgoingFrames(boolean compressing) {
        this.compressing = compressing;
    }

    /** The message in compressed form, or {@link #AS_IT_IS}. Needs no lock. */
    static byte[] compressed(OutgoingMessage message) {
        return message.compressed(whole -> {
            byte[] form = PerMessageDeflate.compress(whole.array(), 0, whole.length());
            return form == null ? AS_IT_IS : form;
        });
    }

    // ---- what is added

    void add(OutgoingMessage message) {
        waitingBytes += message.length();
        if (first == null) {
            first = message;
        } else {
            if (others == null) {
                others = new ArrayDeque<>();
            }
            others.add(message);
        }
    }

    void addPing() {
        pingWanted = true;
    }

    void addPong(byte[] data) {
        if (pongs == null) {
            pongs = new ArrayDeque<>(2);
        } else if (pongs.size() == MAX_PONGS) {
            pongs.clear();
        }
        pongs.add(FrameWriter.pong(data));
    }

    /** @param frame null if the connection ends without one */
    void addClose(byte @Nullable [] frame) {
        closeFrame = frame;
    }

    /** Whether further messages may be added before these have gone out. */
    boolean hasRoom() {
        return waitingBytes < BufferPool.SIZE;
    }

    boolean hasPongs() {
        return pongs != null;
    }

    boolean isEmpty() {
        return first == null && payload == null && pongs == null && !pingWanted && closeFrame == null;
    }

    void clear() {
        releaseWaiting();
        closeFrame = null;
        payload = null;
    }

    /** If a close frame is to come, lets go of all frames before it that have not begun: who has sent one need not read them. */
    void releaseBeforeClose() {
        if (closeFrame != null) {
            releaseWaiting();
        }
    }

    private void releaseWaiting() {
        first = null;
        others = null;
        waitingBytes = 0;
        pingWanted = false;
        pongs = null;
    }

    // ---- what is taken

    /**
     * Takes what to write next.
     *
     * @param buffer filled with as many frames as there is room for, unless the next bytes are those of a large payload
     * @return null if there is nothing
     */
    @Nullable
    Chunk next(byte[] buffer) {
        Chunk direct = rest(buffer.length);
        if (direct != null) {
            return direct;
        }
        int length = fill(buffer);
        return length == 0 ? null : new Chunk(buffer, 0, length);
    }

    /** Bytes of a large payload, which need no copy. */
    private @Nullable Chunk rest(int large) {
        if (payload == null || payloadEnd - payloadAt < large) {
            return null;
        }
        Chunk chunk = new Chunk(payload, payloadAt, Math.min(payloadEnd - payloadAt, MAX_DIRECT));
        advance(chunk.length);
        return chunk;
    }

    /** Fills the buffer with frames; the last may be a part. Returns how much of it is filled. */
    private int fill(byte[] buffer) {
        int filled = 0;
        while (buffer.length - filled >= FrameWriter.MAX_HEADER + Opcodes.MAX_CONTROL_PAYLOAD) {
            if (payload == null) {
                byte[] control = pollControl();
                if (control != null) {
                    System.arraycopy(control, 0, buffer, filled, control.length);
                    filled += control.length;
                    continue;
                }
                OutgoingMessage message = poll();
                if (message == null) {
                    break;
                }
                filled = begin(message, buffer, filled);
            }
            int length = Math.min(payloadEnd - payloadAt, buffer.length - filled);
            System.arraycopy(payload, payloadAt, buffer, filled, length);
            filled += length;
            advance(length);
        }
        return filled;
    }

    /** The next control frame, or the close frame if no message is left; null if there is none. */
    private byte @Nullable [] pollControl() {
        if (pongs != null) {
            byte[] pong = pongs.poll();
            pongs = pongs.isEmpty() ? null : pongs;
            return pong;
        }
        if (pingWanted) {
            pingWanted = false;
            return FrameWriter.ping();
        }
        byte[] closing = first == null ? closeFrame : null;
        closeFrame = closing == null ? closeFrame : null;
        return closing;
    }

    private @Nullable OutgoingMessage poll() {
        OutgoingMessage next = first;
        if (next != null) {
            waitingBytes -= next.length();
            first = others == null ? null : others.poll();
            others = first == null ? null : others;
        }
        return next;
    }

    private int begin(OutgoingMessage message, byte[] buffer, int filled) {
        byte[] form = compressing ? compressed(message) : AS_IT_IS;
        boolean smaller = form != AS_IT_IS;
        payload = smaller ? form : message.array();
        payloadAt = 0;
        payloadEnd = smaller ? form.length : message.length();
        return FrameWriter.textHeader(buffer, filled, smaller, payloadEnd);
    }

    private void advance(int length) {
        payloadAt += length;
        payload = payloadAt == payloadEnd ? null : payload;
    }
}
