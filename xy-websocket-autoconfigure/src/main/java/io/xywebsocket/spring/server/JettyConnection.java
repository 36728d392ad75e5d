package io.xywebsocket.spring.server;

import io.xywebsocket.websocket.BufferPool;
import io.xywebsocket.websocket.WebSocketTransport;
import io.xywebsocket.websocket.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Jetty 12's connection after an upgrade, in the place of its HTTP connection. Reads on Jetty's selector threads, because nothing that hears
 * of it blocks; so it goes on even when all of the others are busy.
 */
final class JettyConnection extends AbstractConnection implements Connection.UpgradeTo, Wire {

    /** Number of reads after which other connections of the selector have their turn. */
    private static final int READS_PER_TURN = 4;

    /** The party that makes reading go on. */
    private enum Reading {
        /** The thread that opens the connection, or reads. */
        UNDER_WAY,
        /** Jetty, once there is something to read. */
        AWAITED,
        /** {@link #resume}. */
        SUSPENDED
    }

    private final WebSocketTransport transport;
    private final JettyOutput output;
    private final boolean tls;
    private final Callback onReadable = new OnReadable();

    // only for the thread that opens the connection
    private @Nullable Consumer<? super WebSocketTransport> opening;
    private @Nullable ByteBuffer early;

    // guarded by this
    private Reading reading = Reading.UNDER_WAY;
    private boolean suspended;

    /**
     * @param making  makes the transport, which doesn't use the wire yet
     * @param opening starts the transport, once Jetty has answered the request
     */
    JettyConnection(
            EndPoint endPoint,
            Executor executor,
            Function<? super Wire, WebSocketTransport> making,
            Consumer<? super WebSocketTransport> opening) {
        super(endPoint, executor);
        this.transport = making.apply(this);
        this.output = new JettyOutput(endPoint, transport);
        this.tls = endPoint instanceof SslConnection.SslEndPoint;
        this.opening = opening;
    }

    /** Takes the bytes that Jetty has read behind the request. Called before {@link #onOpen}, if there are any. */
    @Override
    public void onUpgradeTo(ByteBuffer bytes) {
        early = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }

    @Override
    public void onOpen() {
        super.onOpen();
        getEndPoint().setIdleTimeout(0); // the heartbeat is the engine's
        Consumer<? super WebSocketTransport> starting = opening;
        opening = null; // it may hold on to the request
        if (starting == null) {
            return;
        }
        try {
            starting.accept(transport);
            readFirst();
        } catch (RuntimeException | Error e) {
            getEndPoint().close(e);
            throw e;
        }
        if (!getEndPoint().isOpen()) { // closed while HTTP had it, which was told of that in our place
            transport.onError(new ClosedChannelException());
        }
    }

    private void readFirst() {
        ByteBuffer first = early;
        early = null;
        if (first != null) {
            transport.onBytes(first);
        }
        awaitMore();
    }

    private void read() {
        byte[] array = BufferPool.take();
        try {
            read(ByteBuffer.wrap(array));
        } catch (IOException | RuntimeException | Error e) {
            getEndPoint().close(e);
        } finally {
            BufferPool.giveBack(array);
        }
    }

    private void read(ByteBuffer buffer) throws IOException {
        for (int reads = 0; reads < READS_PER_TURN && !isSuspended(); reads++) {
            buffer.clear().limit(0); // Jetty fills what is behind the limit
            int filled = getEndPoint().fill(buffer);
            if (filled < 0) {
                transport.onEndOfInput();
                return;
            }
            if (filled > 0) {
                transport.onBytes(buffer);
            }
            if (filled == 0 || (filled < buffer.capacity() && !tls)) {
                break; // TLS hands over one record at a time, and may have more
            }
        }
        awaitMore();
    }

    private synchronized boolean isSuspended() {
        return suspended;
    }

    private void awaitMore() {
        synchronized (this) {
            reading = suspended ? Reading.SUSPENDED : Reading.AWAITED;
            if (suspended) {
                return;
            }
        }
        getEndPoint().fillInterested(onReadable);
    }

    private synchronized void startReading() {
        reading = Reading.UNDER_WAY;
    }

    @Override
    public synchronized void suspend() {
        suspended = true;
    }

    @Override
    public void resume() {
        synchronized (this) {
            suspended = false;
            if (reading != Reading.SUSPENDED) {
                return;
            }
            reading = Reading.AWAITED;
        }
        getEndPoint().fillInterested(onReadable);
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length) throws IOException {
        return output.write(bytes, offset, length);
    }

    @Override
    public long written() {
        return output.written();
    }

    @Override
    public void end() {
        getEndPoint().close();
    }

    @Override
    public void abort() {
        getEndPoint().close();
    }

    /** Every end comes to this, sooner or later, and not on a thread that has called something of ours. */
    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        transport.onError(cause == null ? new ClosedChannelException() : cause);
    }

    /** Jetty's way to end a connection that has been idle, which ours may be. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return false;
    }

    /** Not what comes of {@link #fillInterested}: we don't call that, as Jetty 12.0 and 12.1 have it in different forms. */
    @Override
    public void onFillable() {
        throw new IllegalStateException("not asked for");
    }

    private final class OnReadable implements Callback {

        @Override
        public void succeeded() {
            startReading();
            read();
        }

        /** Comes also on the thread that closes the end point. */
        @Override
        public void failed(Throwable closing) {
            getEndPoint().close(closing);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
