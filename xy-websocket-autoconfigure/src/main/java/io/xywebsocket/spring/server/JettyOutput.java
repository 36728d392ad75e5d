package io.xywebsocket.spring.server;

import io.xywebsocket.websocket.WebSocketTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Output of one connection of Jetty's: writes at once what fits, and a copy of the rest as Jetty finds room for it. A failure closes the end
 * point, and Jetty tells the connection of that. Thread-safe.
 */
final class JettyOutput implements Callback {

    /** Bytes with which Jetty waits for room. Few, because how many have gone out is known only once all have. */
    private static final int STEP = 4 << 10;

    private enum State {
        /** Nothing waits. */
        FREE,
        /** The thread that has the lock hands a step to Jetty. */
        STEPPING,
        /** That step has gone out at once. */
        STEPPED,
        /** Jetty calls back when the step has gone out. */
        WAITING,
        FAILED
    }

    private final EndPoint endPoint;
    private final WebSocketTransport transport;

    // guarded by this
    private State state = State.FREE;
    private @Nullable ByteBuffer rest;
    private @Nullable Throwable failure;

    // changed by who has the lock
    private volatile long written;

    JettyOutput(EndPoint endPoint, WebSocketTransport transport) {
        this.endPoint = endPoint;
        this.transport = transport;
    }

    /** See {@link io.xywebsocket.websocket.Wire#write}. */
    synchronized boolean write(byte[] bytes, int offset, int length) throws IOException {
        if (state == State.FAILED) {
            throw broken();
        }
        if (state != State.FREE) {
            throw new IllegalStateException("a write is under way");
        }
        ByteBuffer all = ByteBuffer.wrap(bytes, offset, length);
        return flush(all) || drain(ByteBuffer.allocate(all.remaining()).put(all).flip());
    }

    /** See {@link io.xywebsocket.websocket.Wire#written}. */
    long written() {
        return written;
    }

    /** The step has gone out. */
    @Override
    public void succeeded() {
        IOException broken = null;
        synchronized (this) {
            if (state == State.STEPPING) {
                state = State.STEPPED;
                return;
            }
            if (state != State.WAITING || rest == null) {
                return;
            }
            try {
                stepped(rest);
                if (!flush(rest) && !drain(rest)) {
                    return;
                }
                rest = null;
                state = State.FREE;
            } catch (IOException e) {
                fail(e);
                broken = e;
            }
        }
        if (broken == null) {
            transport.onWritable();
        } else {
            endPoint.close(broken);
        }
    }

    /** Comes also on the thread that closes the end point, which may be the transport's: it hears of this from the connection. */
    @Override
    public void failed(Throwable cause) {
        synchronized (this) {
            boolean heard = state == State.STEPPING;
            fail(cause);
            if (heard) {
                return;
            }
        }
        endPoint.close(cause);
    }

    /**
     * Hands what is left to Jetty, step by step.
     *
     * @return whether all of it has gone out; if not, Jetty calls back
     */
    private synchronized boolean drain(ByteBuffer left) throws IOException {
        while (true) {
            state = State.STEPPING;
            // empty if TLS has taken it all, but not written it yet
            endPoint.write(this, left.slice(left.position(), step(left)));
            if (state == State.FAILED) {
                throw broken();
            }
            if (state == State.STEPPING) {
                state = State.WAITING;
                rest = left;
                return false;
            }
            stepped(left);
            if (flush(left)) {
                state = State.FREE;
                return true;
            }
        }
    }

    private static int step(ByteBuffer left) {
        return Math.min(left.remaining(), STEP);
    }

    private synchronized void stepped(ByteBuffer left) {
        int step = step(left);
        left.position(left.position() + step);
        written += step;
    }

    /** Returns whether all has gone out. */
    private synchronized boolean flush(ByteBuffer bytes) throws IOException {
        if (!bytes.hasRemaining()) {
            return true;
        }
        int before = bytes.position();
        boolean all = endPoint.flush(bytes);
        written += bytes.position() - before;
        return all;
    }

    private synchronized void fail(Throwable cause) {
        state = State.FAILED;
        rest = null;
        failure = cause;
    }

    private synchronized IOException broken() {
        return new IOException("the connection is broken", failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
