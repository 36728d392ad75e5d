package io.xywebsocket.test;

import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
    private final StringBuilder message = new StringBuilder();
    private CompletableFuture<WebSocket> writing = new CompletableFuture<>();
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
    public void onText(byte[] utf8, int offset, int length) {
        String text = new String(utf8, offset, length, StandardCharsets.UTF_8);
        arrived(() -> listener.onText(this, text, true));
    }

    @Override
    public void onPing() {
        arrived(() -> listener.onPing(this, ByteBuffer.allocate(0)));
    }

    @Override
    public void onWritable() {
        writing().complete(this);
    }

    @Override
    public void onPong() {
        arrived(() -> listener.onPong(this, ByteBuffer.allocate(0)));
    }

    @Override
    public void onViolation(int code, String reason) {
        throw new AssertionError("There are only texts on this wire: " + code + " " + reason);
    }

    @Override
    public void onClosed(int code, String reason) {
        synchronized (this) {
            inputClosed = true;
            end = code == 1006
                    ? () -> listener.onError(this, new IOException("The connection was aborted"))
                    : () -> listener.onClose(this, code, reason);
        }
        writing().completeExceptionally(new IOException("The connection is over"));
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
        String text;
        synchronized (this) {
            message.append(data);
            if (!last) {
                return CompletableFuture.completedFuture(this);
            }
            text = message.toString();
            message.setLength(0);
        }
        return write(() -> wire.send(OutgoingMessage.of(text), true));
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
        return isInputClosed()
                ? CompletableFuture.failedFuture(new IOException("The connection is over"))
                : CompletableFuture.completedFuture(this);
    }

    @Override
    public CompletableFuture<WebSocket> sendClose(int code, String reason) {
        synchronized (this) {
            outputClosed = true;
        }
        return write(() -> {
            wire.close(code, reason);
            return true;
        });
    }

    private interface Write {

        /** Returns whether the wire has room for more. */
        boolean run() throws IOException;
    }

    /** Completes once the wire has room for more. Nothing is written before that. */
    private CompletableFuture<WebSocket> write(Write write) {
        CompletableFuture<WebSocket> written = new CompletableFuture<>();
        synchronized (this) {
            writing = written;
        }
        try {
            if (write.run()) {
                written.complete(this);
            }
        } catch (IOException e) {
            written.completeExceptionally(e);
        }
        return written;
    }

    private synchronized CompletableFuture<WebSocket> writing() {
        return writing;
    }

    // ---- the connection

    @Override
    public void abort() {
        synchronized (this) {
            aborted = true;
            outputClosed = true;
            inputClosed = true;
        }
        writing().completeExceptionally(new IOException("The connection is over"));
        wire.abort();
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
