package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import io.xywebsocket.transport.Thrown;
import io.xywebsocket.transport.Transport;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One try to connect: asks for the headers, then shakes hands. It has one outcome, whatever fails, hangs or comes too late; and it
 * never leaves a socket behind. Thread-safe.
 */
final class Attempt implements JdkTransport.Owner {

    /** Who wants to be connected. Nothing of it blocks. */
    interface Owner {

        /** It worked. Returns who hears what arrives; null if nobody wants the connection any more. */
        Transport.@Nullable Receiver opened(JdkTransport transport, Map<String, String> headers);

        /** It didn't. */
        void failed(Throwable cause);

        /** The connection that was opened is over. */
        void ended(int code, String reason);
    }

    /** How long a handshake that nobody waits for any more may go on. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ClientSettings settings;
    private final HttpSockets sockets;
    private final Owner owner;
    private final XyClock clock;
    private final JdkTransport transport;

    // all guarded by this
    private Map<String, String> headers = Map.of();
    private @Nullable Thread asking;
    private @Nullable CompletableFuture<WebSocket> shaking;
    private XyClock.@Nullable Timer timer;
    private boolean tooLong;
    private boolean cancelled;
    private boolean over;

    Attempt(ClientSettings settings, HttpSockets sockets, int maxMessageSize, XyClock clock, Owner owner) {
        this.settings = settings;
        this.sockets = sockets;
        this.clock = clock;
        this.owner = owner;
        this.transport = new JdkTransport(maxMessageSize, sockets.executor(), clock, this);
    }

    void begin() {
        synchronized (this) {
            if (over) {
                return;
            }
            timer = clock.schedule(() -> sockets.executor().execute(this::expire), settings.connectTimeout());
        }
        sockets.executor().execute(this::run);
    }

    private void run() {
        synchronized (this) {
            if (over) {
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
            if (!tooLong) {
                return !over;
            }
        }
        fail(timeout());
        return false;
    }

    private void started(CompletableFuture<WebSocket> handshake) {
        boolean late;
        synchronized (this) {
            asking = null;
            if (!over) {
                shaking = handshake;
            }
            late = cancelled || (tooLong && !over); // it may be over because it is open already
        }
        if (late) {
            transport.cut();
            cancelSoon(handshake);
            fail(timeout());
        }
    }

    /** Time is up. A source of headers is interrupted, and there is no further try while it doesn't heed that. */
    private void expire() {
        synchronized (this) {
            tooLong = true;
            if (over) {
                return;
            }
            if (asking != null) {
                asking.interrupt();
                return;
            }
        }
        if (settle()) {
            transport.cut();
            cancel(takeHandshake());
            owner.failed(timeout());
        }
    }

    /** Ends the try, which has no outcome then. */
    void cancel() {
        synchronized (this) {
            if (over) {
                return;
            }
            cancelled = true;
            if (asking != null) {
                asking.interrupt();
            }
        }
        if (settle()) {
            transport.cut();
            cancelSoon(takeHandshake());
        }
    }

    /**
     * Lets a handshake end by itself, and cancels it only if it hangs: the JDK loses count of what it has to do when one is
     * cancelled in full swing, and then its selector's thread never ends.
     */
    private void cancelSoon(@Nullable CompletableFuture<WebSocket> handshake) {
        if (handshake != null) {
            XyClock.Timer cancelling =
                    clock.schedule(() -> sockets.executor().execute(() -> cancel(handshake)), PATIENCE);
            handshake.whenComplete((socket, failure) -> cancelling.cancel());
        }
    }

    /** Closes its socket. */
    private static void cancel(@Nullable CompletableFuture<WebSocket> handshake) {
        if (handshake != null) {
            handshake.cancel(true);
        }
    }

    private synchronized @Nullable CompletableFuture<WebSocket> takeHandshake() {
        CompletableFuture<WebSocket> taken = shaking;
        shaking = null; // it would keep the HTTP client from being collected
        return taken;
    }

    private HttpTimeoutException timeout() {
        return new HttpTimeoutException(
                "no connection within " + settings.connectTimeout().toMillis() + " ms");
    }

    private void fail(Throwable failure) {
        if (settle()) {
            Throwable cause = failure instanceof CompletionException ? Thrown.cause(failure) : null;
            owner.failed(HeaderCheck.withoutTokens(cause == null ? failure : cause));
        }
    }

    private synchronized boolean settle() {
        if (over) {
            return false;
        }
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        return true;
    }

    @Override
    public Transport.@Nullable Receiver opened(JdkTransport opened) {
        if (!settle()) {
            return null;
        }
        Map<String, String> sent;
        synchronized (this) {
            sent = headers;
            shaking = null;
        }
        try {
            return owner.opened(opened, sent);
        } catch (RuntimeException | Error e) {
            owner.failed(e);
            return null;
        }
    }

    @Override
    public void ended(int code, String reason) {
        owner.ended(code, reason);
    }
}
