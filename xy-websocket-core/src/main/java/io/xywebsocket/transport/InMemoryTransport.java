package io.xywebsocket.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection inside this process; {@link #pair} makes both. It behaves as a wire does: an end that doesn't
 * read answers no ping, and once as much is under way as the wire holds, the other end's {@code send} says so.
 * Thread-safe.
 *
 * @since 0.1
 */
public final class InMemoryTransport implements Transport {

    /** How much the wire of a {@link #pair()} holds in each direction, in bytes. */
    public static final int CAPACITY = 64 << 10;

    /** What is on the wire, as what happens when it arrives. */
    private record Frame(int size, Consumer<Receiver> arrival) {}

    /** What the one who sends knows of the wire. */
    private enum Writing {
        ROOM,
        FULL,
        ROOM_UNTOLD
    }

    private final int capacity;
    private final InMemoryTransport other;
    private final Object wire;
    private final MessageAssembler assembler = new MessageAssembler(Integer.MAX_VALUE);

    // all guarded by the wire, which both ends share
    private final Queue<Frame> arriving = new ArrayDeque<>(2);
    private int underWay;
    private long taken;
    private int pings;
    private Writing writing = Writing.ROOM;
    private boolean paused;
    private boolean closeSent;
    private boolean lost;
    private boolean over;

    private InMemoryTransport(int capacity, @Nullable InMemoryTransport first) {
        this.capacity = capacity;
        this.wire = first == null ? new Object() : first.wire;
        this.other = first == null ? new InMemoryTransport(capacity, this) : first;
    }

    /** One end of a new connection; the {@link #other} is the other. */
    public static InMemoryTransport pair() {
        return pair(CAPACITY);
    }

    /** One end of a new connection that holds so many bytes in each direction, and at least one message. */
    public static InMemoryTransport pair(int capacity) {
        return new InMemoryTransport(capacity, null);
    }

    /** The other end. */
    public InMemoryTransport other() {
        return other;
    }

    /** Delivers what the other end sends, on a daemon thread that ends with the connection. To be called once. */
    public void start(Receiver receiver) {
        Thread thread = new Thread(
                () -> {
                    for (Frame frame; (frame = next()) != null; ) {
                        frame.arrival.accept(receiver);
                    }
                },
                "in-memory-wire");
        thread.setDaemon(true);
        thread.start();
    }

    /** Delivers the next of what has arrived, if there is anything, on the calling thread: in place of {@link #start}. */
    boolean deliverNext(Receiver receiver) {
        Frame frame = poll();
        if (frame == null) {
            return false;
        }
        frame.arrival.accept(receiver);
        return true;
    }

    /** How many pings have arrived here so far. */
    public int pings() {
        synchronized (wire) {
            return pings;
        }
    }

    @Override
    public boolean send(OutgoingMessage message, boolean last) throws IOException {
        return put(message.length(), to -> other.texted(to, message, true));
    }

    /** Sends a text, as {@link #send(OutgoingMessage, boolean)} does. */
    public boolean send(String text, boolean last) throws IOException {
        return send(OutgoingMessage.of(text), last);
    }

    /**
     * Sends a part of a text message: a fragment that is not the last. The next message that is {@linkplain #send sent} ends it.
     *
     * @return as {@code send} does
     */
    public boolean sendPart(String part) throws IOException {
        OutgoingMessage piece = OutgoingMessage.of(part);
        return put(piece.length(), to -> other.texted(to, piece, false));
    }

    @Override
    public boolean ping() throws IOException {
        return put(0, other::pinged);
    }

    /** Sends a pong that nobody asked for. */
    public void pong() throws IOException {
        put(0, Receiver::onPong);
    }

    /** {@inheritDoc} A code of 1005 stands for a close frame without one. */
    @Override
    public void close(int code, String reason) throws IOException {
        synchronized (wire) {
            put(0, to -> other.closed(to, code, reason));
            closeSent = true;
        }
    }

    /** {@inheritDoc} The other end hears 1006 too, after what has arrived there unless it isn't reading. */
    @Override
    public void abort() {
        synchronized (wire) {
            arriving.clear();
            lost = true;
            other.lost = true;
            wire.notifyAll();
        }
    }

    @Override
    public void pauseReading() {
        synchronized (wire) {
            paused = true;
        }
    }

    @Override
    public void resumeReading() {
        synchronized (wire) {
            paused = false;
            wire.notifyAll();
        }
    }

    @Override
    public void discardIncoming() {
        assembler.discard();
    }

    @Override
    public long progress() {
        synchronized (wire) {
            return other.taken;
        }
    }

    private boolean takesMore() {
        return !closeSent && !lost && !over;
    }

    private boolean put(int size, Consumer<Receiver> arrival) throws IOException {
        synchronized (wire) {
            if (!takesMore()) {
                throw new IOException("the connection is closed");
            }
            other.arrives(size, arrival);
            writing = other.underWay < capacity ? Writing.ROOM : Writing.FULL;
            return writing == Writing.ROOM;
        }
    }

    private void arrives(int size, Consumer<Receiver> arrival) {
        arriving.add(new Frame(size, arrival));
        underWay += size;
        wire.notifyAll();
    }

    /** What has arrived, once there is something; null after the end. */
    private @Nullable Frame next() {
        synchronized (wire) {
            while (!over) {
                Frame frame = poll();
                if (frame != null) {
                    return frame;
                }
                awaitChange();
            }
            return null;
        }
    }

    /** What has arrived; null if there is nothing, or nothing any more. */
    private @Nullable Frame poll() {
        synchronized (wire) {
            if (over) {
                return null;
            }
            if (writing == Writing.ROOM_UNTOLD && !closeSent && !lost) {
                writing = Writing.ROOM;
                return new Frame(0, Receiver::onWritable);
            }
            Frame frame = paused ? null : arriving.poll();
            if (frame != null) {
                underWay -= frame.size;
                taken++;
                other.hasRoom(underWay < capacity);
            } else if (lost) {
                over = true;
                return new Frame(0, to -> to.onClosed(1006, ""));
            }
            return frame;
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its callers loop
    private void awaitChange() {
        try {
            wire.wait();
        } catch (InterruptedException e) {
            abort(); // nobody but a test interrupts it
        }
    }

    private void hasRoom(boolean room) {
        if (room && writing == Writing.FULL) {
            writing = Writing.ROOM_UNTOLD;
            wire.notifyAll();
        }
    }

    /** A message or a part of one has arrived here. */
    private void texted(Receiver to, OutgoingMessage piece, boolean last) {
        if (last && assembler.held() == 0) {
            to.onText(piece.array(), 0, piece.length());
            return;
        }
        try {
            String message = assembler.add(piece.text(), last);
            if (message != null) {
                byte[] whole = message.getBytes(StandardCharsets.UTF_8);
                to.onText(whole, 0, whole.length);
            } else {
                to.onPart(piece.length(), assembler.held());
            }
        } catch (MessageAssembler.TooLargeException e) {
            to.onViolation(1009, String.valueOf(e.getMessage()));
        }
    }

    /** A ping has arrived here: it is answered. */
    private void pinged(Receiver to) {
        synchronized (wire) {
            pings++;
            if (takesMore()) {
                other.arrives(0, Receiver::onPong);
            }
        }
        to.onPing();
    }

    /** A close frame has arrived here: it is answered, unless it is an answer, and that was all. */
    private void closed(Receiver to, int code, String reason) {
        synchronized (wire) {
            over = true;
            if (!closeSent) {
                closeSent = true;
                other.arrives(0, back -> other.closed(back, code, reason));
            }
            wire.notifyAll();
        }
        to.onClosed(code, reason);
    }
}
