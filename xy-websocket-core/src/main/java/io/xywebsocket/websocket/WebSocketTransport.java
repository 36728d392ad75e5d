package io.xywebsocket.websocket;

import io.xywebsocket.XyClock;
import io.xywebsocket.transport.LogText;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of a WebSocket connection over a {@link Wire}, RFC 6455. Messages that follow each other are written together; pings
 * are answered, and the closing handshake is kept, whatever the engine does. Thread-safe; its lock is held neither during a write nor
 * while the receiver is told.
 */
public final class WebSocketTransport implements Transport {

    private static final Logger log = LoggerFactory.getLogger(WebSocketTransport.class);

    /** How long the other side may take to answer a close frame, or to take anything of what is left for it. */
    static final Duration CLOSE_WAIT = Duration.ofMillis(1500);

    /** So many times {@link #CLOSE_WAIT}, whether or not the other side takes something. */
    private static final int MAX_WAITS = 6;

    private enum Phase {
        /** Messages are taken. */
        OPEN,
        /** Nothing more is taken; what was is being written, and behind it the close frame if there is one. */
        CLOSING,
        /** Nothing is written any more. */
        OVER
    }

    private record End(int code, String reason) {}

    private final Wire wire;
    private final XyClock clock;
    private final FrameReader reader;

    // all guarded by this
    private final OutgoingFrames outgoing;
    private Phase phase = Phase.OPEN;
    private boolean writing;
    private boolean writable = true;
    private boolean writableWanted;
    private boolean inputOver;
    private boolean leaving;
    private XyClock.@Nullable Timer timer;

    private volatile @Nullable Receiver receiver;

    // all guarded by this: what end to tell of, and how many threads are telling something
    private @Nullable End end;
    private boolean endTold;
    private boolean roomUntold;
    private int telling = 1; // until there is a receiver

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
        this.outgoing = new OutgoingFrames(deflate != null);
    }

    /** From now on the receiver hears what arrives. To be called once, before any of the methods that begin with {@code on}. */
    public void start(Receiver hearing) {
        boolean room;
        synchronized (this) {
            receiver = hearing;
            room = roomUntold;
        }
        if (room) {
            hearing.writable();
        }
        told();
    }

    // ---- out: by the engine

    @Override
    public boolean send(OutgoingMessage message, boolean last) throws IOException {
        outgoing.prepare(message); // which takes a while: not with the lock
        synchronized (this) {
            if (isOtherLeaving()) {
                return false;
            }
            outgoing.add(message);
            boolean room = outgoing.hasRoom();
            if (!writable || writing) {
                return isRoomElse(writable && room); // whoever is writing, or will be, writes this too
            }
            if (!last && room) {
                return true;
            }
            writing = true;
        }
        return write(true);
    }

    @Override
    public boolean ping() throws IOException {
        synchronized (this) {
            if (isOtherLeaving()) {
                return false;
            }
            outgoing.addPing();
            if (!writable || writing) {
                return isRoomElse(writable);
            }
            writing = true;
        }
        return write(true);
    }

    @Override
    public void close(int code, String reason) throws IOException {
        byte[] frame = FrameWriter.close(code, reason);
        boolean starts;
        synchronized (this) {
            if (isOtherLeaving()) {
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
    public void cut() {
        abort();
        end(1006, "");
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
    private synchronized boolean isOtherLeaving() throws IOException {
        if (phase == Phase.OVER || (phase == Phase.CLOSING && !leaving)) {
            throw new IOException("the connection is closed");
        }
        return leaving;
    }

    /** What a sender is told; if there is no room now, it hears of it later. */
    private synchronized boolean isRoomElse(boolean room) {
        writableWanted |= !room;
        return room;
    }

    // ---- out: by whoever finds nobody writing

    private synchronized boolean startWriting() {
        if (phase == Phase.OVER || !writable || writing) {
            return false;
        }
        writing = true;
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
     * Writes all there is, or as much as the wire takes. By whoever has set {@link #writing}.
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
            abort(); // the engine cuts the connection, and then hears of its end
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
        writing = chunk != null;
        writable = chunk == null; // if not, the wire says when it is, and may do so before it returns
        return chunk;
    }

    private synchronized boolean wrote(boolean all) {
        writable |= all;
        writing = writable;
        return writable;
    }

    /** After writing: tells who waits for room, and goes on with the end of the connection if that was all. */
    private boolean settle(boolean sending) {
        boolean room;
        boolean tell;
        boolean ending;
        synchronized (this) {
            room = writable && outgoing.hasRoom();
            tell = room && writableWanted && phase == Phase.OPEN;
            writableWanted = (writableWanted || sending) && !room;
            boolean all = phase == Phase.CLOSING && writable && !writing && outgoing.isEmpty();
            ending = all && inputOver;
            phase = ending ? Phase.OVER : phase;
            if (all && !ending) {
                await(MAX_WAITS); // the answer to the close frame
            }
        }
        if (tell) {
            tellOfRoom();
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
        if (!startTelling()) {
            return;
        }
        try {
            reader.read(bytes);
            if (owesAnswer()) {
                writeOn();
            }
        } catch (RuntimeException | Error e) {
            LogText.quietly(() -> log.error("A connection is cut: what arrived could not be taken", LogText.of(e)));
            cut();
        } finally {
            told();
        }
    }

    /** Everything that was written has gone out. */
    public void onWritable() {
        synchronized (this) {
            writable = true;
        }
        writeOn();
    }

    /** The other side has ended its direction of the connection, with or without a close frame. */
    public void onEndOfInput() {
        endInput(null);
        end(1006, "");
        writeOn();
    }

    /** The connection is broken, or the container has closed it. After the end this does nothing. */
    public void onError(Throwable error) {
        LogText.quietly(() -> log.debug("A connection has failed", LogText.of(error)));
        cut();
    }

    private synchronized boolean owesAnswer() {
        return outgoing.hasPongs() || phase == Phase.CLOSING;
    }

    private synchronized void pingHeard(byte[] data) {
        if (phase == Phase.OPEN) {
            outgoing.addPong(data);
        }
    }

    /** What was handed over still goes out, then the close frame if there is one and none has been sent. */
    private synchronized void endInput(byte @Nullable [] answer) {
        if (phase == Phase.OPEN) {
            outgoing.addClose(answer);
            phase = Phase.CLOSING;
            leaving = true;
        }
        inputOver = true;
        await(MAX_WAITS);
    }

    /** What the other side sends, on the thread that is in {@link #onBytes}. */
    private final class Incoming implements FrameReader.Sink {

        @Override
        public void text(byte[] bytes, int offset, int length) {
            receiver().text(bytes, offset, length);
        }

        @Override
        public void part(int length, int held) {
            receiver().part(length, held);
        }

        @Override
        public void ping(byte[] data) {
            pingHeard(data);
            receiver().ping();
        }

        @Override
        public void pong() {
            receiver().pong();
        }

        @Override
        public void close(int code, String reason) {
            end(code, reason); // is told once this thread has left onBytes
            endInput(code == 1005 ? FrameWriter.close() : FrameWriter.close(code, reason));
        }

        @Override
        public void violation(int code, String reason) {
            receiver().violation(code, reason);
        }
    }

    // ---- the end

    /** Nothing is written any more. Whoever calls it sees to it that the receiver hears of the end. */
    private void abort() {
        synchronized (this) {
            phase = Phase.OVER;
            outgoing.clear();
        }
        stopTimer();
        wire.abort();
    }

    private synchronized void await(int waits) {
        if (phase != Phase.OVER && timer == null) {
            long before = wire.written();
            timer = clock.schedule(() -> overdue(before, waits), CLOSE_WAIT);
        }
    }

    private void overdue(long before, int waits) {
        synchronized (this) {
            timer = null;
            if (waits > 1 && wire.written() != before) {
                await(waits - 1);
            }
            if (phase == Phase.OVER || timer != null) {
                return;
            }
        }
        cut();
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

    // ---- whom to tell: of nothing after the end, which waits for what is being told

    private Receiver receiver() {
        return Objects.requireNonNull(receiver);
    }

    private synchronized boolean startTelling() {
        telling += end == null ? 1 : 0;
        return end == null;
    }

    private void told() {
        synchronized (this) {
            telling--;
        }
        tellEnd();
    }

    /** The engine may send as soon as it is made, before this knows it. */
    private void tellOfRoom() {
        synchronized (this) {
            if (receiver == null) {
                roomUntold = true;
                return;
            }
        }
        if (startTelling()) {
            try {
                receiver().writable();
            } finally {
                told();
            }
        }
    }

    private void end(int code, String reason) {
        synchronized (this) {
            end = end == null ? new End(code, reason) : end;
        }
        tellEnd();
    }

    private void tellEnd() {
        End ended;
        synchronized (this) {
            ended = end;
            if (ended == null || telling > 0 || endTold) {
                return;
            }
            endTold = true;
        }
        receiver().closed(ended.code, ended.reason);
    }
}
