package io.xywebsocket.spring.server;

import io.xywebsocket.websocket.BufferPool;
import io.xywebsocket.websocket.WebSocketTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * A plain socket of Java NIO. It is read on the thread of a {@link SocketLoop}, and written past Tomcat's buffers; Tomcat's poller isn't
 * interested in it any more. Thread-safe.
 */
final class TomcatChannelWire extends TomcatWire implements SocketLoop.Member {

    /** Number of full buffers that are read for one connection before others have their turn. */
    private static final int READS = 8;

    /** The same in nanoseconds: what comes of few bytes may be large, if it is compressed. */
    private static final long READ_TIME = 1_000_000;

    private enum Phase {
        /** Tomcat has the socket still. */
        NEW,
        /** The loop has it. */
        LOOPING,
        /** It is not used any more. */
        OVER
    }

    private final SocketChannel channel;
    private final SocketLoops loops;

    // set before the loop has this
    private @Nullable WebSocketTransport transport;

    // only for the loop's thread, once it has this
    private @Nullable SelectionKey key;
    private @Nullable ByteBuffer early; // what Tomcat has read behind the request
    private boolean inputEnded;

    // guarded by this
    private final UnsentBytes rest = new UnsentBytes();
    private Phase phase = Phase.NEW;
    private @Nullable SocketLoop loop;
    private boolean suspended;
    private boolean parked; // reading goes on with resume

    TomcatChannelWire(SocketWrapperBase<?> socket, SocketChannel channel, SocketLoops loops, Runnable onRefusal) {
        super(socket, onRefusal);
        this.channel = channel;
        this.loops = loops;
    }

    // ---- on a thread of Tomcat's

    /** The first turn comes right after the handshake; no further one is for input or output. */
    @Override
    SocketState turn(SocketEvent event, WebSocketTransport told) {
        if (event != SocketEvent.OPEN_READ && event != SocketEvent.OPEN_WRITE) {
            told.abort(); // the server stops
        } else if (transport == null) {
            transport = told;
            try {
                start();
            } catch (IOException | RuntimeException | Error e) { // nobody else would tell the engine
                told.onError(e);
            }
        }
        return isOver()
                ? SocketState.CLOSED
                : SocketState.ASYNC_IO; // which tells of the server's stop, and has nothing read
    }

    private void start() throws IOException {
        early = takeBuffered();
        synchronized (this) {
            if (phase == Phase.NEW) {
                loop = loops.add(this);
                phase = Phase.LOOPING;
            }
        }
    }

    private @Nullable ByteBuffer takeBuffered() {
        SocketBufferHandler buffers = socket.getSocketBufferHandler();
        buffers.configureReadBufferForRead();
        ByteBuffer buffered = buffers.getReadBuffer();
        return buffered.hasRemaining()
                ? ByteBuffer.allocate(buffered.remaining()).put(buffered).flip()
                : null;
    }

    // ---- out

    @Override
    public boolean write(byte[] bytes, int offset, int length) throws IOException {
        SocketLoop waiting;
        synchronized (this) {
            if (phase == Phase.OVER) {
                throw new IOException("the connection is closed");
            }
            boolean waits = !rest.isEmpty();
            int taken = waits ? 0 : take(bytes, offset, length);
            if (!waits && taken == length) {
                return true;
            }
            rest.keep(bytes, offset + taken, length - taken);
            waiting = loop;
        }
        call(waiting);
        return false;
    }

    private synchronized int take(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            int count = channel.write(buffer);
            if (count <= 0) {
                break;
            }
            wrote(count);
        }
        return buffer.position() - offset;
    }

    // ---- on the loop's thread

    @Override
    public void attend(Selector selector) {
        WebSocketTransport told = transport;
        if (told == null || isOver()) {
            leaveLoop();
            return;
        }
        try {
            if (key == null) {
                key = channel.register(selector, 0, this);
            }
            if (early != null) {
                read(told);
            }
            await(key);
        } catch (IOException | RuntimeException | Error e) {
            told.onError(e);
        }
    }

    @Override
    public void ready() {
        WebSocketTransport told = transport;
        SelectionKey ready = key;
        if (told == null || ready == null) {
            return;
        }
        try {
            if (ready.isWritable()) {
                writeOn(told);
            }
            if (ready.isReadable()) {
                read(told);
            }
            await(ready);
        } catch (IOException | RuntimeException | Error e) {
            told.onError(e);
        }
    }

    /** Tomcat may have closed the channel without a word. */
    @Override
    public void check() {
        if (!channel.isOpen()) {
            lost(new ClosedChannelException());
        }
    }

    @Override
    public void lost(Throwable cause) {
        WebSocketTransport told = transport;
        if (told != null) {
            told.onError(cause);
        }
    }

    private void leaveLoop() {
        SocketLoop left;
        synchronized (this) {
            left = loop;
        }
        if (left != null) {
            left.remove(this);
        }
    }

    /** Has the selector look for what there is to be done next. */
    private void await(SelectionKey by) {
        int interest = 0;
        synchronized (this) {
            if (phase == Phase.OVER) {
                return;
            }
            if (!parked && !inputEnded) { // not at once when suspended: reading may go on before anything arrives
                interest |= SelectionKey.OP_READ;
            }
            if (!rest.isEmpty()) {
                interest |= SelectionKey.OP_WRITE;
            }
        }
        if (by.interestOps() != interest) {
            by.interestOps(interest);
        }
    }

    private void writeOn(WebSocketTransport told) throws IOException {
        synchronized (this) {
            if (rest.isEmpty()) {
                return;
            }
            rest.sent(take(rest.array(), rest.offset(), rest.length()));
            if (!rest.isEmpty()) {
                return;
            }
        }
        told.onWritable();
    }

    /** Reads what there is, or so much that another connection may have its turn; the selector sees what is left. */
    private void read(WebSocketTransport told) throws IOException {
        ByteBuffer first = early;
        if (first != null) {
            if (!mayRead()) {
                return;
            }
            early = null;
            told.onBytes(first);
        }
        byte[] bytes = BufferPool.take();
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            long begin = System.nanoTime();
            for (int reads = 0; reads < READS && mayRead(); reads++) {
                buffer.clear();
                int count = channel.read(buffer);
                if (count < 0) {
                    inputEnded = true;
                    told.onEndOfInput();
                    return;
                }
                if (count > 0) {
                    told.onBytes(buffer.flip());
                }
                if (count < bytes.length || System.nanoTime() - begin > READ_TIME) {
                    return; // an attempt to read nothing is saved, or others have their turn
                }
            }
        } finally {
            BufferPool.giveBack(bytes);
        }
    }

    private synchronized boolean mayRead() {
        parked = suspended;
        return !suspended && !inputEnded && phase != Phase.OVER;
    }

    // ---- by any thread

    @Override
    public synchronized void suspend() {
        suspended = true;
    }

    @Override
    public void resume() {
        SocketLoop waiting;
        synchronized (this) {
            suspended = false;
            if (!parked) {
                return;
            }
            parked = false;
            waiting = loop;
        }
        call(waiting);
    }

    private void call(@Nullable SocketLoop waiting) {
        if (waiting != null) { // else it attends to this anyway when it gets it
            waiting.call(this);
        }
    }

    // ---- the end

    @Override
    synchronized boolean isOver() {
        return phase == Phase.OVER;
    }

    @Override
    public void end() {
        if (close()) {
            askToClose();
        }
    }

    @Override
    public void abort() {
        end();
    }

    @Override
    void closed() {
        close();
    }

    private boolean close() {
        SocketLoop left;
        synchronized (this) {
            if (phase == Phase.OVER) {
                return false;
            }
            phase = Phase.OVER;
            rest.clear();
            left = loop;
        }
        closeQuietly(
                channel); // the key is cancelled with it, and the loop lets go of the socket when it attends to this
        call(left);
        return true;
    }
}
