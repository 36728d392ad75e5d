package io.xywebsocket.websocket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.transport.OrderlyReceiver;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.untrusted.LogText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of a WebSocket connection over a {@link Wire}, RFC 6455. Messages that follow each other are written together; pings
 * are answered, and the closing handshake is kept, whatever the engine does. Thread-safe; its lock is held neither during a write nor
 * while the receiver is told.
 *
 * @since 0.1
 */
public final class WebSocketTransport implements Transport {

    private static final Logger log = LoggerFactory.getLogger(WebSocketTransport.class);

    /** The time from the other side's close frame, or from when ours has gone out, until TCP ends at the latest: RFC 6455 §7.1.1. */
    static final Duration CLOSE_WAIT = Duration.ofMillis(1500);

    /** How often {@link #CLOSE_WAIT} may begin anew for who has ended its direction without a close frame and reads on. */
    private static final int EXTENSIONS = 5;

    private enum Phase {
        /** Messages are taken. */
        OPEN,
        /** We have closed, and the other side has not answered yet. */
        CLOSING,
        /** The other side has answered our close, or has ended its direction after it. What is left goes out. */
        ANSWERED,
        /** The other side has ended first. What is left goes out, then the close frame if it has sent one. */
        LEFT,
        /** Nothing is written any more. */
        OVER
    }

    private enum Writing {
        /** Nobody writes, and the wire takes bytes. */
        FREE,
        /** A thread writes. */
        ACTIVE,
        /** A thread writes, and the wire has said meanwhile that it takes more: it may do so before its write returns. */
        ACTIVE_WITH_ROOM,
        /** Nobody writes until the wire says that it takes more. */
        BLOCKED
    }

    private final Wire wire;
    private final XyClock clock;
    private final FrameReader reader;
    private final boolean compressing;
    private final OrderlyReceiver receiver = new OrderlyReceiver();

    @GuardedBy("this")
    private final OutgoingFrames outgoing;

    @GuardedBy("this")
    private Phase phase = Phase.OPEN;

    @GuardedBy("this")
    private Writing writing = Writing.FREE;

    @GuardedBy("this")
    private boolean writableWanted;

    @GuardedBy("this")
    private XyClock.@Nullable Timer timer;

    @GuardedBy("this")
    private int extensions;

    /**
     * @param wire           begins to deliver after {@link #start}
     * @param clock          for the closing handshake
     * @param maxMessageSize the largest message that is taken, in bytes of UTF-8 after decompression
     * @param deflate        what the handshake has agreed on; null if messages aren't compressed
     */
    public WebSocketTransport(Wire wire, XyClock clock, int maxMessageSize, @Nullable PerMessageDeflate deflate) {
        this.wire = wire;
        this.clock = clock;
        this.reader = new FrameReader(true, maxMessageSize, deflate, new Incoming());
        this.compressing = deflate != null;
        this.outgoing = new OutgoingFrames(compressing);
    }

    /** From now on the receiver hears what arrives. To be called once, before any of the methods that begin with {@code on}. */
    public void start(Receiver hearing) {
        receiver.start(hearing);
    }

    // ---- out: by the engine

    @Override
    public boolean send(OutgoingMessage message, boolean last) throws IOException {
        if (compressing) {
            var unused = OutgoingFrames.compressed(message); // which takes a while: not with the lock
        }
        synchronized (this) {
            if (hasOtherLeft()) {
                return false;
            }
            outgoing.add(message);
            if (writing != Writing.FREE) {
                writableWanted = true; // whoever is writing, or will be, writes this too
                return false;
            }
            if (!last && outgoing.hasRoom()) {
                return true;
            }
            writing = Writing.ACTIVE;
        }
        return write(true);
    }

    @Override
    public boolean ping() throws IOException {
        synchronized (this) {
            if (hasOtherLeft()) {
                return false;
            }
            outgoing.addPing();
            if (writing != Writing.FREE) {
                writableWanted = true;
                return false;
            }
            writing = Writing.ACTIVE;
        }
        return write(true);
    }

    @Override
    public void close(int code, String reason) throws IOException {
        byte[] frame = FrameWriter.close(code, reason);
        boolean starts;
        synchronized (this) {
            if (hasOtherLeft()) {
                return;
            }
            phase = Phase.CLOSING;
            outgoing.addClose(frame);
            starts = startWriting();
        }
        wire.resume(); // or the answer would not be seen
        if (starts) {
            write(true);
        }
    }

    @Override
    public void abort() {
        endWriting();
        receiver.over(1006, "");
    }

    @Override
    public void pauseReading() {
        synchronized (this) {
            if (phase != Phase.OPEN) {
                return;
            }
        }
        wire.suspend();
    }

    @Override
    public void resumeReading() {
        wire.resume();
    }

    @Override
    public void discardIncoming() {
        reader.discard();
    }

    @Override
    public long progress() {
        return wire.written();
    }

    /** Whether the other side has ended the connection. The engine is told of that: to fail would cut short what is still being written. */
    @GuardedBy("this")
    private boolean hasOtherLeft() throws IOException {
        if (phase != Phase.OPEN && phase != Phase.LEFT) {
            throw new IOException("the connection is closed");
        }
        return phase == Phase.LEFT;
    }

    // ---- out: by whoever finds nobody writing

    private synchronized boolean startWriting() {
        if (phase == Phase.OVER || writing != Writing.FREE) {
            return false;
        }
        writing = Writing.ACTIVE;
        return true;
    }

    /** Writes what waits, for somebody who isn't sending: there is only the receiver to be told of a failure. */
    private void writeOn() {
        if (startWriting()) {
            try {
                write(false);
            } catch (IOException e) {
                onError(e);
            }
        }
    }

    /**
     * Writes all there is, or as much as the wire takes. By whoever has made {@link #writing} active.
     *
     * @param sending whether the caller is a sender, who is told of room later if not now
     * @return whether there is room
     */
    private boolean write(boolean sending) throws IOException {
        byte[] buffer = null;
        try {
            buffer = BufferPool.take();
            for (OutgoingFrames.Chunk chunk; (chunk = nextChunk(buffer)) != null; ) {
                if (!wrote(wire.write(chunk.bytes, chunk.offset, chunk.length))) {
                    break;
                }
            }
        } catch (Throwable e) { // of memory, too
            endWriting(); // the engine aborts the connection, and then hears of its end
            throw e instanceof IOException failure ? failure : new IOException("the write failed", e);
        } finally {
            if (buffer != null) {
                BufferPool.giveBack(buffer);
            }
        }
        return settle(sending);
    }

    /** What to write next; null if there is nothing, and this thread isn't writing any more. */
    private synchronized OutgoingFrames.@Nullable Chunk nextChunk(byte[] buffer) {
        OutgoingFrames.Chunk chunk = outgoing.next(buffer);
        writing = chunk == null ? Writing.FREE : Writing.ACTIVE;
        return chunk;
    }

    /** Returns whether this thread writes on. */
    private synchronized boolean wrote(boolean all) {
        writing = all || writing == Writing.ACTIVE_WITH_ROOM ? Writing.ACTIVE : Writing.BLOCKED;
        releaseWhatIsNotOwed();
        return writing == Writing.ACTIVE;
    }

    /** Who has said goodbye and doesn't read is still owed the rest of a frame, and the close frame. */
    @GuardedBy("this")
    private void releaseWhatIsNotOwed() {
        if (phase == Phase.LEFT && writing == Writing.BLOCKED) {
            outgoing.releaseBeforeClose();
        }
    }

    /** After writing: tells who waits for room, and goes on with the end of the connection if that was all. */
    private boolean settle(boolean sending) {
        boolean room;
        boolean tell;
        boolean ending = false;
        synchronized (this) {
            room = writing == Writing.FREE && outgoing.hasRoom();
            tell = room && writableWanted && phase == Phase.OPEN;
            writableWanted = (writableWanted || sending) && !room;
            if (writing == Writing.FREE && outgoing.isEmpty()) {
                if (phase == Phase.CLOSING) {
                    limitClosing();
                } else if (hasInputEnded()) {
                    phase = Phase.OVER;
                    ending = true;
                }
            }
        }
        if (tell) {
            receiver.writable();
        }
        if (ending) {
            stopTimer();
            wire.end();
        }
        return room;
    }

    // ---- in: by the container

    /** Bytes have arrived. All are taken, and changed; the buffer, which has an array, is the caller's again when this returns. */
    public void onBytes(ByteBuffer bytes) {
        if (!receiver.begin()) {
            return;
        }
        try {
            reader.read(bytes);
            if (owesAnswer()) {
                writeOn();
            }
        } catch (RuntimeException | Error e) {
            LogText.quietly(() -> log.error("A connection is aborted: what arrived could not be taken", LogText.of(e)));
            abort();
        } finally {
            receiver.finish();
        }
    }

    /** Everything that was written has gone out. */
    public void onWritable() {
        synchronized (this) {
            writing = writing == Writing.BLOCKED ? Writing.FREE : writing;
            writing = writing == Writing.ACTIVE ? Writing.ACTIVE_WITH_ROOM : writing;
        }
        writeOn();
    }

    /** The other side has ended its direction of the connection, with or without a close frame. */
    public void onEndOfInput() {
        endInput(null);
        receiver.over(1006, "");
        writeOn();
    }

    /** The connection is broken, or the container has closed it. After the end this does nothing. */
    public void onError(Throwable error) {
        LogText.quietly(() -> log.debug("A connection has failed", LogText.of(error)));
        abort();
    }

    private synchronized boolean owesAnswer() {
        return outgoing.hasPongs() || hasInputEnded();
    }

    @GuardedBy("this")
    private boolean hasInputEnded() {
        return phase == Phase.LEFT || phase == Phase.ANSWERED;
    }

    private synchronized void pingHeard(byte[] data) {
        if (phase == Phase.OPEN) {
            outgoing.addPong(data);
        }
    }

    /** @param answer goes out behind what is left, unless we have closed before; null if the other side has sent no close frame */
    private synchronized void endInput(byte @Nullable [] answer) {
        if (phase == Phase.OPEN || phase == Phase.CLOSING) {
            extensions = answer == null ? EXTENSIONS : 0;
        }
        if (phase == Phase.OPEN) {
            phase = Phase.LEFT;
            outgoing.addClose(answer);
            releaseWhatIsNotOwed();
        } else if (phase == Phase.CLOSING) {
            phase = Phase.ANSWERED;
        }
        limitClosing();
    }

    /** What the other side sends, on the thread that is in {@link #onBytes}. */
    private final class Incoming implements FrameReader.Sink {

        @Override
        public void text(byte[] bytes, int offset, int length) {
            receiver.get().onText(bytes, offset, length);
        }

        @Override
        public void part(int length, int held) {
            receiver.get().onPart(length, held);
        }

        @Override
        public void ping(byte[] data) {
            pingHeard(data);
            receiver.get().onPing();
        }

        @Override
        public void pong() {
            receiver.get().onPong();
        }

        @Override
        public void close(int code, String reason) {
            receiver.over(code, reason); // is told once this thread has left onBytes
            endInput(code == 1005 ? FrameWriter.close() : FrameWriter.close(code, reason));
        }

        @Override
        public void violation(int code, String reason) {
            receiver.get().onViolation(code, reason);
        }
    }

    // ---- the end

    /** Nothing is written any more. Whoever calls it sees to it that the receiver hears of the end. */
    private void endWriting() {
        synchronized (this) {
            phase = Phase.OVER;
            outgoing.clear();
        }
        stopTimer();
        wire.abort();
    }

    /** The other side has its time to read what is left, and no more than that. */
    @GuardedBy("this")
    private void limitClosing() {
        if (phase != Phase.OVER && timer == null) {
            long before = wire.written();
            timer = clock.schedule(() -> overdue(before), CLOSE_WAIT);
        }
    }

    private void overdue(long before) {
        synchronized (this) {
            timer = null;
            if (phase == Phase.OVER) {
                return;
            }
            if (extensions > 0 && wire.written() != before) {
                extensions--;
                limitClosing();
                return;
            }
        }
        abort();
    }

    private void stopTimer() {
        XyClock.Timer running;
        synchronized (this) {
            running = timer;
            timer = null;
        }
        if (running != null) {
            running.cancel();
        }
    }
}
