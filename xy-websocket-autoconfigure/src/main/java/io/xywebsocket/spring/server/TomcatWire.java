package io.xywebsocket.spring.server;

import io.xywebsocket.transport.LogText;
import io.xywebsocket.websocket.BufferPool;
import io.xywebsocket.websocket.WebSocketTransport;
import io.xywebsocket.websocket.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.Nio2Channel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket of Tomcat's. Where it is a plain one of Java NIO, bytes are written to that itself, past Tomcat's buffers; with TLS or NIO2 Tomcat
 * writes them, a slice after the other. Thread-safe; its lock is never held while Tomcat is told of an interest or of the end, which
 * may take Tomcat's lock of the socket.
 */
final class TomcatWire implements Wire {

    private static final Logger log = LoggerFactory.getLogger(TomcatWire.class);

    /** Bytes that Tomcat is given at once: not more than its buffers take. */
    private static final int SLICE = 8 << 10;

    /** Number of full buffers that are read for one connection before others have their turn. */
    private static final int READS = 8;

    private static final byte[] NOTHING = {};

    private final SocketWrapperBase<?> socket;
    private final @Nullable SocketChannel plain;
    private final @Nullable Channel raw;
    private volatile long written;

    // all guarded by this: what has not gone out yet
    private byte[] rest = NOTHING;
    private int restAt;
    private boolean flushing; // Tomcat has a slice of which it could not write all

    // all guarded by this
    private boolean dispatching;
    private boolean suspended;
    private boolean parked; // Tomcat doesn't look for input, as it was suspended when it could have been read
    private boolean unread; // there may be input that Tomcat's selector doesn't see any more
    private boolean inputOver;
    private boolean over;

    TomcatWire(SocketWrapperBase<?> socket) {
        this.socket = socket;
        Object channel = socket.getSocket();
        if (channel instanceof NioChannel nio) {
            this.plain = nio instanceof SecureNioChannel ? null : nio.getIOChannel();
            this.raw = nio.getIOChannel();
        } else {
            this.plain = null;
            this.raw = channel instanceof Nio2Channel nio2 ? nio2.getIOChannel() : null;
        }
    }

    // ---- out

    @Override
    public boolean write(byte[] bytes, int offset, int length) throws IOException {
        synchronized (this) {
            if (over) {
                throw new IOException("the connection is closed");
            }
            if (isAllOut()) {
                int taken = take(bytes, offset, length);
                if (isAllOut() && taken == length) {
                    return true;
                }
                keep(bytes, offset + taken, length - taken);
            } else {
                keep(bytes, offset, length);
            }
        }
        socket.registerWriteInterest();
        return false;
    }

    @Override
    public long written() {
        return written;
    }

    /** Tomcat says that the socket takes bytes again. */
    void writeOn(WebSocketTransport transport) {
        try {
            synchronized (this) {
                if (over || isAllOut()) {
                    return;
                }
                flushRest();
            }
            if (isAllOut()) {
                transport.onWritable();
            } else {
                socket.registerWriteInterest();
            }
        } catch (IOException e) {
            transport.onError(e);
        }
    }

    private synchronized void flushRest() throws IOException {
        restAt += take(rest, restAt, rest.length - restAt);
        if (restAt == rest.length) {
            rest = NOTHING;
            restAt = 0;
        }
    }

    private synchronized boolean isAllOut() {
        return rest.length == 0 && !flushing;
    }

    private synchronized void keep(byte[] bytes, int offset, int length) {
        byte[] before = rest;
        int left = before.length - restAt;
        rest = Arrays.copyOfRange(before, restAt, restAt + left + length);
        System.arraycopy(bytes, offset, rest, left, length);
        restAt = 0;
    }

    /** Returns how many of the bytes it could write, or hand to Tomcat for good. */
    private synchronized int take(byte[] bytes, int offset, int length) throws IOException {
        return plain == null ? handOver(bytes, offset, length) : write(plain, bytes, offset, length);
    }

    private synchronized int write(SocketChannel to, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            int count = to.write(buffer);
            if (count <= 0) {
                break;
            }
            written += count;
        }
        return buffer.position() - offset;
    }

    private synchronized int handOver(byte[] bytes, int offset, int length) throws IOException {
        int taken = 0;
        do {
            if (flushing && socket.flush(false)) {
                break;
            }
            flushing = false;
            int slice = Math.min(SLICE, length - taken);
            if (slice > 0) {
                socket.write(false, bytes, offset + taken, slice);
                taken += slice;
                flushing = socket.flush(false);
                written += slice;
            }
        } while (taken < length);
        return taken;
    }

    // ---- in: on a thread of Tomcat's, which has the socket's lock

    /** Whether the socket may be used; {@link #leave} has to follow. */
    synchronized boolean enter() {
        dispatching = !over;
        return dispatching;
    }

    /** What Tomcat is to do with the socket. */
    SocketState leave(SocketEvent event) {
        boolean readOn;
        synchronized (this) {
            dispatching = false;
            if (over) {
                return SocketState.CLOSED;
            }
            if (event == SocketEvent.OPEN_WRITE) {
                return SocketState.UPGRADED; // which leaves reading as it is
            }
            parked = suspended || inputOver;
            readOn = unread && !parked;
            unread = false;
        }
        if (readOn) {
            readOn();
        }
        return parked || readOn ? SocketState.SUSPENDED : SocketState.UPGRADED;
    }

    /** Has Tomcat read on a thread of its own, behind whatever has this socket now. */
    private void readOn() {
        socket.processSocket(SocketEvent.OPEN_READ, true);
    }

    /** Reads what there is, or so much that another connection may have its turn. */
    void read(WebSocketTransport transport) {
        byte[] bytes = BufferPool.take();
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            boolean more = true;
            for (int turn = 0; more && turn < READS; turn++) {
                more = read(buffer);
                if (more) {
                    // if not: saves an attempt to read nothing; if there is more by now, Tomcat's selector sees it
                    more = buffer.limit() >= SLICE || plain == null;
                    transport.onBytes(buffer);
                }
            }
            if (more) {
                unread();
            }
        } catch (EOFException e) {
            synchronized (this) {
                inputOver = true;
            }
            transport.onEndOfInput();
        } catch (IOException e) {
            transport.onError(e);
        } finally {
            BufferPool.giveBack(bytes);
        }
    }

    /** With the lock: with TLS, reading may write. */
    private synchronized boolean read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        unread |= suspended;
        if (suspended || inputOver || over || socket.read(false, buffer) <= 0) {
            return false;
        }
        buffer.flip();
        return true;
    }

    private synchronized void unread() {
        unread = true;
    }

    @Override
    public synchronized void suspend() {
        suspended = true;
    }

    @Override
    public void resume() {
        synchronized (this) {
            suspended = false;
            if (!parked || inputOver || over) {
                return;
            }
            parked = false;
        }
        readOn();
    }

    // ---- the end

    /** With TLS, Tomcat says goodbye when it closes the socket. */
    @Override
    public void end() {
        end(plain);
    }

    @Override
    public void abort() {
        end(raw);
    }

    private void end(@Nullable Channel closing) {
        boolean tells;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            rest = NOTHING;
            tells = !dispatching; // if it is, Tomcat hears of the end when its thread leaves
        }
        closeQuietly(closing);
        if (tells) {
            socket.processSocket(SocketEvent.DISCONNECT, true);
        }
    }

    private static void closeQuietly(@Nullable Channel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LogText.quietly(() -> log.debug("Closing a socket failed", LogText.of(e)));
            }
        }
    }

    /** Tomcat is about to close the socket, and to use its parts for others. */
    synchronized void closed() {
        over = true;
        rest = NOTHING;
    }
}
