package io.xywebsocket.benchmarks.load.servers;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.xywebsocket.websocket.BufferPool;
import io.xywebsocket.websocket.WebSocketTransport;
import io.xywebsocket.websocket.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A channel of Netty's after the upgrade, in whose pipeline this is the last handler. Only the channel's loop writes to the channel: what the
 * loop wrote itself would overtake what other threads have asked it to write. Thread-safe; calls nothing with its lock.
 */
final class NettyWire extends ChannelInboundHandlerAdapter implements Wire {

    /** Bytes that may be on their way to the socket before the transport has to wait; as many as Netty's own high-water mark. */
    private static final int ENOUGH = 64 << 10;

    /** How long what was written may take to go out once the connection has ended. */
    private static final long END_WAIT_MILLIS = 1500;

    private final Channel channel;
    private final EventLoop loop;
    private final WebSocketTransport transport;
    private volatile boolean suspended;

    // of the loop: whether the HTTP codec has stopped writing
    private boolean upgraded;

    // all guarded by this
    private @Nullable ByteBuf unflushed;
    private long handedOver;
    private long written;
    private boolean roomAwaited;
    private boolean over;

    /** @param making makes the transport, which doesn't use the wire yet */
    NettyWire(Channel channel, Function<? super Wire, WebSocketTransport> making) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.transport = making.apply(this);
    }

    WebSocketTransport transport() {
        return transport;
    }

    /** From now on the channel is this connection's alone. To be called by the loop, with the transport started. */
    void upgraded() {
        upgraded = true;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true); // or answers would be lost
    }

    // ---- out

    @Override
    public boolean write(byte[] bytes, int offset, int length) throws IOException {
        boolean first;
        synchronized (this) {
            if (over) {
                throw new ClosedChannelException();
            }
            ByteBuf before = unflushed;
            first = before == null;
            unflushed =
                    (before == null ? channel.alloc().directBuffer(length) : before).writeBytes(bytes, offset, length);
            handedOver += length;
        }
        if (first) {
            runInLoop(this::flush);
        }
        synchronized (this) {
            roomAwaited = handedOver - written > ENOUGH;
            return !roomAwaited;
        }
    }

    private void runInLoop(Runnable task) {
        if (loop.inEventLoop() && upgraded) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private void flush() {
        ByteBuf bytes = takeUnflushed();
        if (bytes != null) {
            channel.writeAndFlush(bytes, channel.newProgressivePromise().addListener(new Progress()));
        }
    }

    private synchronized @Nullable ByteBuf takeUnflushed() {
        ByteBuf bytes = unflushed;
        unflushed = null;
        return bytes;
    }

    private void wrote(long bytes) {
        boolean tells;
        synchronized (this) {
            written += bytes;
            tells = roomAwaited && written == handedOver;
            roomAwaited &= !tells;
        }
        if (tells) {
            loop.execute(transport::onWritable); // not here, where a write may be under way
        }
    }

    @Override
    public synchronized long written() {
        return written;
    }

    /** Hears from the loop how much of one write the socket has taken. A write that fails closes the channel. */
    private final class Progress implements ChannelProgressiveFutureListener {

        private long before;

        @Override
        public void operationProgressed(ChannelProgressiveFuture write, long progress, long total) {
            wrote(progress - before);
            before = progress;
        }

        @Override
        public void operationComplete(ChannelProgressiveFuture write) {}
    }

    // ---- in: by the loop

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        byte[] array = BufferPool.take(); // the transport changes what it reads, and Netty's buffers have no array
        try {
            while (bytes.isReadable()) {
                int length = Math.min(bytes.readableBytes(), array.length);
                bytes.readBytes(array, 0, length);
                transport.onBytes(ByteBuffer.wrap(array, 0, length));
            }
        } finally {
            BufferPool.giveBack(array);
            bytes.release();
        }
        if (suspended) {
            arrangeReading();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            transport.onEndOfInput();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        transport.onError(new ClosedChannelException());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
        transport.onError(error);
    }

    @Override
    public void suspend() {
        suspended = true;
        loop.execute(this::arrangeReading);
    }

    @Override
    public void resume() {
        if (suspended) {
            suspended = false;
            loop.execute(this::arrangeReading);
        }
    }

    /** By the loop alone: Netty may take a stop and a start by two threads in the wrong order. */
    private void arrangeReading() {
        channel.config().setAutoRead(!suspended);
    }

    // ---- the end

    /** What Netty has not written yet still goes out, unless the other side doesn't take it. */
    @Override
    public void end() {
        if (isFirstEnd()) {
            runInLoop(this::closeBehindRest);
        }
    }

    private void closeBehindRest() {
        flush();
        ChannelFuture rest = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        if (!rest.isDone()) {
            var unused = loop.schedule(() -> channel.close(), END_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void abort() {
        if (isFirstEnd()) {
            ByteBuf rest = takeUnflushed();
            if (rest != null) {
                rest.release();
            }
            channel.close();
        }
    }

    private synchronized boolean isFirstEnd() {
        boolean first = !over;
        over = true;
        return first;
    }
}
