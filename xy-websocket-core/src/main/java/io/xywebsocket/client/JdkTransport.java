package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.transport.MessageAssembler;
import io.xywebsocket.transport.OrderlyReceiver;
import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.Utf8;
import io.xywebsocket.untrusted.LogText;
import io.xywebsocket.untrusted.Thrown;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A WebSocket of the JDK's HTTP client as a transport. */
final class JdkTransport implements Transport, WebSocket.Listener {

    /** Who wants the connection. */
    interface Owner extends OrderlyReceiver.Owner {

        /** It is open. Returns who hears what arrives; null if nobody wants it any more. */
        @Nullable
        Receiver opened(JdkTransport transport);
    }

    private enum Reading {
        ON,
        /** The message that is requested may still come. */
        PAUSED,
        /** Nothing is requested. */
        STOPPED
    }

    private static final Logger log = LoggerFactory.getLogger(JdkTransport.class);

    /** How long the JDK may take to answer a close frame before what hangs in front of the answer is aborted. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final int MAX_REASON_BYTES = 123;

    /** In characters. */
    private static final int PIECE = 64 << 10;

    private final MessageAssembler assembler;
    private final Executor executor;
    private final XyClock clock;
    private final Owner owner;
    private final OrderlyReceiver receiver;
    private final EndProbe probe;
    private final AtomicLong progress = new AtomicLong();
    private volatile @Nullable WebSocket socket;
    private volatile boolean closing;
    private volatile int closedByServer;

    @GuardedBy("this")
    private CompletableFuture<?> lastControl = CompletableFuture.completedFuture(null);

    @GuardedBy("this")
    private Reading reading = Reading.ON;

    // of the one thread that reads; who hears of the end sees them, too
    private boolean broken;
    private boolean received;

    /**
     * @param maxMessageSize in bytes of UTF-8
     * @param executor       for reading on after a pause
     */
    JdkTransport(int maxMessageSize, Executor executor, XyClock clock, Owner owner) {
        this.assembler = new MessageAssembler(maxMessageSize);
        this.executor = executor;
        this.clock = clock;
        this.owner = owner;
        this.receiver = new OrderlyReceiver(owner);
        this.probe = new EndProbe(clock, () -> sendControl(to -> to.sendPong(ByteBuffer.allocate(0))), this::lost);
    }

    // ---- out

    @Override
    public boolean send(OutgoingMessage message, boolean last) throws IOException {
        return handOver(sendText(socket(), message.text(), 0));
    }

    /** In pieces, as the JDK makes frames of some 16 KiB anyhow: what the server takes of a large message is to be seen. */
    private CompletableFuture<WebSocket> sendText(WebSocket to, String text, int start) {
        for (int from = start; ; progress.incrementAndGet()) {
            int next = endOfPiece(text, from);
            boolean last = next == text.length();
            CompletableFuture<WebSocket> sent = to.sendText(text.substring(from, next), last);
            if (!last && !sent.isDone()) {
                return sent.thenCompose(done -> {
                    progress.incrementAndGet();
                    return sendText(to, text, next);
                });
            } else if (last || sent.isCompletedExceptionally()) {
                return sent;
            }
            from = next;
        }
    }

    private static int endOfPiece(String text, int from) {
        if (text.length() - from <= PIECE) {
            return text.length();
        }
        int end = from + PIECE;
        return Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
    }

    @Override
    public boolean ping() throws IOException {
        socket();
        return handOver(sendControl(to -> to.sendPing(ByteBuffer.allocate(0))));
    }

    /** The JDK refuses a message while another is on its way. */
    private boolean handOver(CompletableFuture<?> written) throws IOException {
        if (written.isDone()) {
            try {
                written.join();
            } catch (CompletionException e) {
                throw new IOException("the write failed", e.getCause());
            }
            progress.incrementAndGet();
            return true;
        }
        written.whenComplete((done, error) -> {
            if (error == null) {
                progress.incrementAndGet();
                receiver.writable();
            } else {
                failed(error);
            }
        });
        return false;
    }

    private void failed(Throwable error) {
        LogText.quietly(() -> log.debug("A write failed", LogText.of(error)));
        abort();
    }

    @Override
    public long progress() {
        return progress.get();
    }

    /** The JDK refuses a ping or a pong while another is on its way. */
    private CompletableFuture<?> sendControl(Function<WebSocket, CompletableFuture<WebSocket>> send) {
        WebSocket open = Objects.requireNonNull(socket);
        CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
        CompletableFuture<?> before;
        synchronized (this) {
            before = lastControl;
            lastControl = over;
        }
        CompletableFuture<WebSocket> sent = before.thenCompose(done -> send.apply(open));
        sent.whenComplete((to, error) -> over.complete(null));
        return sent;
    }

    /** {@inheritDoc} A code that the JDK refuses to send becomes 1008 with the code in the reason. */
    @Override
    public void close(int code, String reason) throws IOException {
        closing = true;
        CompletableFuture<WebSocket> sent = isSent(code)
                ? socket().sendClose(code, reason)
                : socket().sendClose(1008, Utf8.truncate((code + " " + reason).strip(), MAX_REASON_BYTES));
        sent.whenComplete((done, error) -> {
            if (error != null) {
                failed(error);
            }
        });
    }

    private static boolean isSent(int code) {
        return code == 1000 || code == 1001 || code == 1008 || code == 1011 || (code >= 3000 && code <= 4999);
    }

    /** The code of a close frame that came before this side sent one; 0 if there was none. */
    int closedByServer() {
        return closedByServer;
    }

    /** Whether a message has come. To be asked when the connection is over. */
    boolean hasReceived() {
        return received;
    }

    /** {@inheritDoc} Before the connection is open this makes that it never will be. */
    @Override
    public void abort() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
        over(1006, "");
    }

    private WebSocket socket() throws IOException {
        WebSocket open = socket;
        if (open == null || receiver.isOver()) {
            throw new IOException("the connection is closed");
        }
        return open;
    }

    @Override
    public synchronized void pauseReading() {
        if (reading == Reading.ON) {
            reading = Reading.PAUSED;
        }
    }

    @Override
    public void resumeReading() {
        WebSocket open = socket;
        synchronized (this) {
            Reading before = reading;
            reading = Reading.ON;
            if (before != Reading.STOPPED || open == null || receiver.isOver()) {
                return;
            }
        }
        probe.heard(false); // the JDK overlooks an end while nothing is requested
        executor.execute(() -> open.request(1)); // the JDK may deliver what it has on the thread that asks
    }

    @Override
    public void discardIncoming() {
        assembler.discard();
    }

    private void readOn(WebSocket from) {
        synchronized (this) {
            if (reading != Reading.ON) {
                reading = Reading.STOPPED;
                return;
            }
            if (receiver.isOver()) {
                return;
            }
        }
        from.request(1);
    }

    // ---- in: called by the JDK, never by two threads at once

    @Override
    public void onOpen(WebSocket from) {
        socket = from;
        Receiver taker = receiver.isOver() ? null : owner.opened(this);
        if (taker == null) {
            from.abort();
            return;
        }
        receiver.start(taker);
        readOn(from);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
        probe.heard(!last);
        received = true;
        receiver.tell(engine -> {
            try {
                String message = broken ? null : assembler.add(piece.toString(), last);
                if (message != null) {
                    byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
                    engine.onText(utf8, 0, utf8.length);
                } else if (!broken) {
                    engine.onPart(Utf8.length(piece.toString()), assembler.held());
                }
            } catch (MessageAssembler.TooLargeException e) {
                broken = true;
                engine.onViolation(1009, String.valueOf(e.getMessage()));
            }
        });
        readOn(from);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        probe.heard(false);
        receiver.tell(engine -> {
            if (!broken) {
                broken = true;
                engine.onViolation(1003, "binary messages are not supported");
            }
        });
        readOn(from);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        probe.heard(false);
        receiver.tell(Receiver::onPing);
        readOn(from);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        probe.heard(false);
        receiver.tell(Receiver::onPong);
        readOn(from);
        return null;
    }

    /** The JDK answers the close frame when this returns, unless an unfinished write is in the way. */
    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        clock.schedule(from::abort, LINGER);
        if (!closing && code != 1006) { // which is the JDK's word for an end without a frame
            closedByServer = code;
        }
        over(code, reason);
        return null;
    }

    /** The connection was lost, or the JDK couldn't read what came; it has closed the socket. */
    @Override
    public void onError(WebSocket from, Throwable error) {
        LogText.quietly(() -> log.debug("The connection failed", LogText.of(error)));
        Throwable inner = Thrown.cause(error);
        Throwable cause = inner == null ? error : inner;
        String message = Thrown.message(cause);
        over(1006, Utf8.truncate(message == null ? cause.getClass().getSimpleName() : message, MAX_REASON_BYTES));
    }

    /** A write has failed, of which the engine knows nothing. */
    private void lost() {
        if (!closing) {
            abort();
        }
    }

    private void over(int code, String reason) {
        probe.stop();
        receiver.over(code, reason);
    }
}
