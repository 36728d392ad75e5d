package io.xywebsocket.client;

import io.xywebsocket.transport.MessageAssembler;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.Utf8;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A WebSocket of the JDK's HTTP client as a transport. */
final class JdkTransport implements Transport, WebSocket.Listener {

    private static final Logger log = LoggerFactory.getLogger(JdkTransport.class);

    /** Codes that the JDK refuses to send; the connection is closed with 1008 and the code in the reason. */
    private static final Set<Integer> NOT_SENT = Set.of(1002, 1003, 1006, 1007, 1009, 1010, 1012, 1013, 1015);

    private static final int MAX_REASON_BYTES = 123;

    private final MessageAssembler assembler;
    private final Executor executor;
    private final Function<Transport, Receiver> opened;
    private final Runnable ended;
    private final AtomicBoolean closed = new AtomicBoolean();

    // set before anything else happens to the connection
    private volatile @Nullable WebSocket socket;
    private volatile @Nullable Receiver receiver;

    // guarded by this
    private boolean paused;
    private boolean requestOwed;

    /**
     * @param maxMessageSize in bytes of UTF-8
     * @param executor       for reading on
     * @param opened         gives the receiver when the connection is open
     * @param ended          told once, when the connection is over
     */
    JdkTransport(int maxMessageSize, Executor executor, Function<Transport, Receiver> opened, Runnable ended) {
        this.assembler = new MessageAssembler(maxMessageSize);
        this.executor = executor;
        this.opened = opened;
        this.ended = ended;
    }

    // ---- out

    @Override
    public void send(String text, boolean last) throws IOException {
        await(socket().sendText(text, true));
    }

    @Override
    public void ping() throws IOException {
        await(socket().sendPing(ByteBuffer.allocate(0)));
    }

    @Override
    public void close(int code, String reason) throws IOException {
        await(
                NOT_SENT.contains(code)
                        ? socket().sendClose(1008, Utf8.truncate(code + " " + reason, MAX_REASON_BYTES))
                        : socket().sendClose(code, reason));
    }

    @Override
    public void cut() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
        closed(1006, "");
    }

    private WebSocket socket() throws IOException {
        WebSocket open = socket;
        if (open == null || closed.get()) {
            throw new IOException("the connection is closed");
        }
        return open;
    }

    private static void await(CompletableFuture<?> written) throws IOException {
        try {
            written.join();
        } catch (CompletionException e) {
            throw new IOException("the write failed", e.getCause());
        }
    }

    @Override
    public synchronized void pauseReading() {
        paused = true;
    }

    @Override
    public synchronized void resumeReading() {
        paused = false;
        WebSocket open = socket;
        if (requestOwed && open != null) {
            requestOwed = false;
            executor.execute(() -> open.request(1));
        }
    }

    private void readOn(WebSocket from) {
        synchronized (this) {
            if (paused) {
                requestOwed = true;
                return;
            }
        }
        from.request(1);
    }

    // ---- in

    @Override
    public void onOpen(WebSocket from) {
        socket = from;
        receiver = opened.apply(this);
        readOn(from);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
        Receiver engine = receiver;
        if (engine != null && !closed.get()) {
            try {
                String message = assembler.add(piece.toString(), last);
                if (message != null) {
                    engine.text(message);
                }
            } catch (MessageAssembler.TooLargeException e) {
                log.warn("The server sent a {}: the limit is maxMessageSize", e.getMessage());
                engine.violation(1009, String.valueOf(e.getMessage()));
            }
        }
        readOn(from);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        Receiver engine = receiver;
        if (engine != null && !closed.get()) {
            engine.violation(1003, "binary messages are not supported");
        }
        readOn(from);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        readOn(from);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        Receiver engine = receiver;
        if (engine != null && !closed.get()) {
            engine.pong();
        }
        readOn(from);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed(code, reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        log.debug("The connection failed", error);
        closed(1006, "");
    }

    private void closed(int code, String reason) {
        if (closed.compareAndSet(false, true)) {
            Receiver engine = receiver;
            if (engine != null) {
                engine.closed(code, reason);
            }
            ended.run();
        }
    }
}
