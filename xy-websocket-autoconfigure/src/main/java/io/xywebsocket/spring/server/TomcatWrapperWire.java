package io.xywebsocket.spring.server;

import io.xywebsocket.websocket.BufferPool;
import io.xywebsocket.websocket.WebSocketTransport;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import javax.net.ssl.SSLEngine;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.Nio2Channel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * A socket with TLS or of NIO2, which Tomcat reads, and writes a slice after the other. Thread-safe; its lock is never held while Tomcat
 * is told of an interest or of the end, which may take Tomcat's lock of the socket.
 */
final class TomcatWrapperWire extends TomcatWire {

    /** Bytes that Tomcat is given at once: not more than its buffers take. */
    private static final int SLICE = 8 << 10;

    /** Number of full buffers that are read for one connection before others have their turn. */
    private static final int READS = 8;

    private enum Phase {
        /** No thread of Tomcat's is at work for the socket. */
        IDLE,
        /** A thread of Tomcat's is between {@link #enter} and {@link #leave}. */
        DISPATCHING,
        /** The socket is not used any more. */
        OVER
    }

    /** The party that makes reading go on. */
    private enum Reading {
        /** Tomcat, once there is something to read. */
        AWAITED,
        /** {@link #resume}. */
        PARKED,
        /** Nobody: the other side has ended its direction. */
        ENDED
    }

    private final @Nullable Channel raw;

    // guarded by this
    private final UnsentBytes rest = new UnsentBytes();
    private boolean flushing; // Tomcat has a slice of which it could not write all

    // guarded by this
    private Phase phase = Phase.IDLE;
    private Reading reading = Reading.AWAITED;
    private boolean suspended;
    private boolean unread; // there may be input that Tomcat's selector doesn't see any more

    TomcatWrapperWire(SocketWrapperBase<?> socket, Runnable onRefusal) {
        super(socket, onRefusal);
        Object channel = socket.getSocket();
        if (channel instanceof NioChannel nio) {
            this.raw = nio.getIOChannel();
        } else {
            this.raw = channel instanceof Nio2Channel nio2 ? nio2.getIOChannel() : null;
        }
    }

    // ---- out

    @Override
    public boolean write(byte[] bytes, int offset, int length) throws IOException {
        synchronized (this) {
            if (phase == Phase.OVER) {
                throw new IOException("the connection is closed");
            }
            if (isAllOut()) {
                int taken = take(bytes, offset, length);
                if (isAllOut() && taken == length) {
                    return true;
                }
                rest.keep(bytes, offset + taken, length - taken);
            } else {
                rest.keep(bytes, offset, length);
            }
        }
        socket.registerWriteInterest();
        return false;
    }

    /** Tomcat says that the socket takes bytes again. */
    private void writeOn(WebSocketTransport transport) {
        try {
            synchronized (this) {
                if (phase == Phase.OVER || isAllOut()) {
                    return;
                }
                rest.sent(take(rest.array(), rest.offset(), rest.length()));
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

    private synchronized boolean isAllOut() {
        return rest.isEmpty() && !flushing;
    }

    /** Returns how many of the bytes Tomcat has taken for good. */
    private synchronized int take(byte[] bytes, int offset, int length) throws IOException {
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
                wrote(slice);
            }
        } while (taken < length);
        return taken;
    }

    // ---- in: on a thread of Tomcat's, which has the socket's lock

    @Override
    SocketState turn(SocketEvent event, WebSocketTransport transport) {
        if (!enter()) {
            return SocketState.CLOSED;
        }
        try {
            switch (event) {
                case OPEN_READ -> read(transport);
                case OPEN_WRITE -> writeOn(transport);
                default -> transport.abort(); // the server stops, or the socket has failed
            }
        } catch (RuntimeException | Error e) { // nobody else would tell the engine
            transport.onError(e);
        }
        return leave(event);
    }

    /** Returns whether the socket may be used; {@link #leave} has to follow. */
    private synchronized boolean enter() {
        if (phase == Phase.OVER) {
            return false;
        }
        phase = Phase.DISPATCHING;
        return true;
    }

    /** Returns what Tomcat is to do with the socket. */
    private SocketState leave(SocketEvent event) {
        synchronized (this) {
            if (phase == Phase.OVER) {
                return SocketState.CLOSED;
            }
            phase = Phase.IDLE;
            if (event == SocketEvent.OPEN_WRITE) {
                return SocketState.UPGRADED; // which leaves reading as it is
            }
            if (suspended && reading == Reading.AWAITED) {
                reading = Reading.PARKED;
            }
            boolean readOn = unread && reading == Reading.AWAITED;
            unread = false;
            if (!readOn) {
                return reading == Reading.AWAITED ? SocketState.UPGRADED : SocketState.SUSPENDED;
            }
        }
        dispatch(SocketEvent.OPEN_READ);
        return SocketState.SUSPENDED;
    }

    /** Reads what there is, or so much that another connection may have its turn. */
    private void read(WebSocketTransport transport) {
        byte[] bytes = BufferPool.take();
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            boolean more = true;
            for (int turn = 0; more && turn < READS; turn++) {
                more = read(buffer);
                if (more) {
                    transport.onBytes(buffer);
                }
            }
            if (more) {
                unread();
            }
        } catch (IOException e) {
            if (e instanceof EOFException || isHalfClosed()) {
                endInput();
                transport.onEndOfInput();
            } else {
                transport.onError(e);
            }
        } finally {
            BufferPool.giveBack(bytes);
        }
    }

    /** With the lock: with TLS, reading may write. */
    private synchronized boolean read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        unread |= suspended;
        if (suspended || reading == Reading.ENDED || phase == Phase.OVER) {
            return false;
        }
        int length = socket.read(false, buffer);
        if (length < 0) {
            throw new EOFException(); // which Tomcat up to 11.0.27 throws itself, and 11.0.29 leaves to us
        }
        buffer.flip();
        return length > 0;
    }

    private synchronized void unread() {
        unread = true;
    }

    private synchronized void endInput() {
        reading = Reading.ENDED;
    }

    /** With TLS, Tomcat takes what the other side ends its direction with for a failure. */
    private boolean isHalfClosed() {
        SSLEngine engine = socket.getSocket() instanceof SecureNioChannel tls ? tls.getSslEngine() : null;
        return engine != null && engine.isInboundDone() && !engine.isOutboundDone();
    }

    @Override
    public synchronized void suspend() {
        suspended = true;
    }

    @Override
    public void resume() {
        synchronized (this) {
            suspended = false;
            if (reading != Reading.PARKED || phase == Phase.OVER) {
                return;
            }
            reading = Reading.AWAITED;
        }
        dispatch(SocketEvent.OPEN_READ);
    }

    // ---- the end

    @Override
    synchronized boolean isOver() {
        return phase == Phase.OVER;
    }

    /** With TLS, Tomcat says goodbye when it closes the socket. */
    @Override
    public void end() {
        end(null);
    }

    @Override
    public void abort() {
        end(raw);
    }

    private void end(@Nullable Channel closing) {
        boolean tells;
        synchronized (this) {
            if (phase == Phase.OVER) {
                return;
            }
            tells = phase == Phase.IDLE; // else Tomcat hears of the end when its thread leaves
            phase = Phase.OVER;
            rest.clear();
        }
        closeQuietly(closing);
        if (tells) {
            askToClose();
        }
    }

    @Override
    synchronized void closed() {
        phase = Phase.OVER;
        rest.clear();
    }
}
