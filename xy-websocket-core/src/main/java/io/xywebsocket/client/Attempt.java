package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.untrusted.Thrown;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One try to connect: asks for the headers, then shakes hands. It has one outcome and leaves no socket behind. Thread-safe. */
final class Attempt {

    private enum Progress {
        UNDER_WAY,
        /** Has taken too long, and fails as soon as the application heeds the interrupt. */
        LATE,
        DONE,
        CANCELLED
    }

    private static final CompletableFuture<WebSocket> NONE =
            CompletableFuture.failedFuture(new CancellationException());

    /** How long a handshake that nobody waits for any more may go on. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ClientSettings settings;
    private final HttpSockets sockets;
    private final JdkTransport transport;
    private final XyClock clock;
    private final Consumer<Throwable> failed;

    @GuardedBy("this")
    private Progress progress = Progress.UNDER_WAY;

    @GuardedBy("this")
    private Map<String, String> headers = Map.of();

    /** Is with the application's sources of headers or its proxy selector. */
    @GuardedBy("this")
    private @Nullable Thread asking;

    @GuardedBy("this")
    private CompletableFuture<WebSocket> shaking = NONE;

    @GuardedBy("this")
    private XyClock.Timer timer = () -> {};

    /**
     * @param transport asks by {@link #succeed}, as soon as it is open, whether it is wanted
     * @param failed    hears why there is no connection; doesn't block
     */
    Attempt(
            ClientSettings settings,
            HttpSockets sockets,
            JdkTransport transport,
            XyClock clock,
            Consumer<Throwable> failed) {
        this.settings = settings;
        this.sockets = sockets;
        this.transport = transport;
        this.clock = clock;
        this.failed = failed;
    }

    void begin() {
        synchronized (this) {
            if (isOver()) {
                return;
            }
            timer = clock.schedule(() -> sockets.executor().execute(this::expire), settings.connectTimeout());
        }
        sockets.executor().execute(this::run);
    }

    private void run() {
        synchronized (this) {
            if (isOver()) {
                return;
            }
            asking = Thread.currentThread();
        }
        try {
            Map<String, String> current = settings.currentHeaders();
            if (mayShake(current)) {
                CompletableFuture<WebSocket> handshake = sockets.open(settings, current, transport);
                started(handshake);
                handshake.whenComplete((socket, failure) -> {
                    if (failure != null) {
                        fail(failure);
                    }
                });
            }
        } catch (Throwable t) { // also what isn't an exception: else there would be no further try
            fail(t);
        } finally {
            synchronized (this) {
                asking = null;
            }
        }
    }

    private boolean mayShake(Map<String, String> current) {
        synchronized (this) {
            headers = current;
            if (progress != Progress.LATE) {
                return !isOver();
            }
        }
        fail(timeout());
        return false;
    }

    private void started(CompletableFuture<WebSocket> handshake) {
        boolean late;
        synchronized (this) {
            asking = null;
            if (!isOver()) {
                shaking = handshake;
            }
            late = progress == Progress.LATE || progress == Progress.CANCELLED; // it may be open already
        }
        if (late) {
            transport.abort();
            cancelSoon(handshake);
            fail(timeout());
        }
    }

    /** Time is up. A source of headers is interrupted, and there is no further try while it doesn't heed that. */
    private void expire() {
        synchronized (this) {
            if (isOver()) {
                return;
            }
            progress = Progress.LATE;
            if (asking != null) {
                asking.interrupt();
                return;
            }
        }
        if (settle(Progress.DONE)) {
            transport.abort();
            takeHandshake().cancel(true);
            failed.accept(timeout());
        }
    }

    /** Ends the try, which has no outcome then. */
    void cancel() {
        if (settle(Progress.CANCELLED)) {
            transport.abort();
            cancelSoon(takeHandshake());
        }
    }

    /** Cancels a handshake only if it hangs: the JDK's selector thread may never end if one is cancelled in full swing. */
    private void cancelSoon(CompletableFuture<WebSocket> handshake) {
        XyClock.Timer cancelling =
                clock.schedule(() -> sockets.executor().execute(() -> handshake.cancel(true)), PATIENCE);
        handshake.whenComplete((socket, failure) -> cancelling.cancel());
    }

    private synchronized CompletableFuture<WebSocket> takeHandshake() {
        CompletableFuture<WebSocket> taken = shaking;
        shaking = NONE; // it would keep the HTTP client from being collected
        return taken;
    }

    private HttpTimeoutException timeout() {
        return new HttpTimeoutException(
                "no connection within " + settings.connectTimeout().toMillis() + " ms");
    }

    private void fail(Throwable failure) {
        if (settle(Progress.DONE)) {
            Throwable cause = failure instanceof CompletionException ? Thrown.cause(failure) : null;
            failed.accept(HeaderCheck.withoutTokens(cause == null ? failure : cause));
        }
    }

    /** Ends the try in one of two ways. Returns false if it was over. */
    private synchronized boolean settle(Progress end) {
        if (isOver()) {
            return false;
        }
        progress = end;
        timer.cancel();
        if (end == Progress.CANCELLED && asking != null) {
            asking.interrupt();
        }
        return true;
    }

    @GuardedBy("this")
    private boolean isOver() {
        return progress == Progress.DONE || progress == Progress.CANCELLED;
    }

    /** Ends the try with an open connection. Returns the headers that were sent; null if it was over. */
    @Nullable
    Map<String, String> succeed() {
        if (!settle(Progress.DONE)) {
            return null;
        }
        synchronized (this) {
            shaking = NONE;
            return headers;
        }
    }
}
