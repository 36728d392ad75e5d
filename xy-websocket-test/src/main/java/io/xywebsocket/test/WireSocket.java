package io.xywebsocket.test;

import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An end of a {@link Wire} in the shape of the JDK's WebSocket, for a client: it delivers as much as has been requested, and one thing
 * after the other. Thread-safe.
 */
final class WireSocket implements WebSocket, Transport.Receiver {

    private final Transport wire;
    private final Listener listener;

    // all guarded by this
    private final Deque<Runnable> arrived = new ArrayDeque<>();
    private @Nullable Runnable end;
    private long requested;
    private boolean delivering;
    private boolean outputClosed;
    private boolean inputClosed;
    private boolean aborted;

    WireSocket(Transport wire, Listener listener) {
        this.wire = wire;
        this.listener = listener;
    }

    // ---- in

    @Override
    public void text(String text) {
        arrived(() -> listener.onText(this, text, true));
    }

    @Override
    public void pong() {
        arrived(() -> listener.onPong(this, ByteBuffer.allocate(0)));
    }

    @Override
    public void violation(int code, String reason) {
        throw new AssertionError("There are only texts on this wire: " + code + " " + reason);
    }

    @Override
    public void closed(int code, String reason) {
        synchronized (this) {
            inputClosed = true;
            end = code == 1006
                    ? () -> listener.onError(this, new IOException("The connection was cut"))
                    : () -> listener.onClose(this, code, reason);
        }
        deliver();
    }

    private void arrived(Runnable delivery) {
        synchronized (this) {
            arrived.add(delivery);
        }
        deliver();
        synchronized (this) {
            if (!arrived.isEmpty() && requested == 0) {
                wire.pauseReading();
            }
        }
    }

    @Override
    public void request(long n) {
        synchronized (this) {
            requested += n;
        }
        deliver();
        synchronized (this) {
            if (arrived.isEmpty()) {
                wire.resumeReading();
            }
        }
    }

    private void deliver() {
        for (Runnable next; (next = begin()) != null; ) {
            try {
                next.run();
            } finally {
                synchronized (this) {
                    delivering = false;
                }
            }
        }
    }

    /** What is to be delivered now; null if there is nothing, or somebody is at it and will look again. */
    private synchronized @Nullable Runnable begin() {
        if (delivering || aborted) {
            return null;
        }
        Runnable next = null;
        if (!arrived.isEmpty() && requested > 0) {
            requested--;
            next = arrived.poll();
        } else if (arrived.isEmpty()) {
            next = end;
            end = null;
        }
        delivering = next != null;
        return next;
    }

    // ---- out

    @Override
    public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
        return write(() -> wire.send(data.toString(), last));
    }

    @Override
    public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
        return CompletableFuture.failedFuture(new IOException("There are only texts on this wire"));
    }

    @Override
    public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
        return write(wire::ping);
    }

    /** Nobody waits for it, but it says whether the connection lives. */
    @Override
    public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
        return write(() -> {
            if (isInputClosed()) {
                throw new IOException("The connection is over");
            }
        });
    }

    @Override
    public CompletableFuture<WebSocket> sendClose(int code, String reason) {
        synchronized (this) {
            outputClosed = true;
        }
        return write(() -> wire.close(code, reason));
    }

    private interface Write {
        void run() throws IOException;
    }

    private CompletableFuture<WebSocket> write(Write write) {
        try {
            write.run();
            return CompletableFuture.completedFuture(this);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    // ---- the connection

    @Override
    public void abort() {
        synchronized (this) {
            aborted = true;
            outputClosed = true;
            inputClosed = true;
        }
        wire.cut();
    }

    @Override
    public String getSubprotocol() {
        return "xy";
    }

    @Override
    public synchronized boolean isOutputClosed() {
        return outputClosed;
    }

    @Override
    public synchronized boolean isInputClosed() {
        return inputClosed;
    }
}
