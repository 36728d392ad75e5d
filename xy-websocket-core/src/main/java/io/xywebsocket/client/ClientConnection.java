package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import io.xywebsocket.XyHandshake;
import io.xywebsocket.XyPeer;
import io.xywebsocket.transport.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection of a client, from the attempt to open it until its listeners have heard of its end. Thread-safe. */
final class ClientConnection implements JdkTransport.Owner {

    /** Who wants to be connected. Nothing of it blocks, and none of it is called under the connection's lock. */
    interface Owner {

        /** The handshake is done. Returns who hears what arrives; null if nobody wants the connection any more. */
        Transport.@Nullable Receiver opened(JdkTransport transport, XyHandshake handshake);

        /** The attempt has failed. */
        void failed(Throwable cause);

        /** The listeners have heard of the connection: calls that waited may follow what they have said. */
        void announced();

        /**
         * The transport is over.
         *
         * @param nanos    how long it lasted
         * @param received whether a message came
         */
        void ended(int code, String reason, long nanos, boolean received);

        /** The listeners have heard of the end too: another connection may follow. */
        void over(ConnectionEnd end);
    }

    /** What the listeners know. */
    private enum Told {
        NOTHING,
        CONNECTED,
        DISCONNECTED
    }

    /** How long a listener that hangs is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ClientSettings settings;
    private final XyClock clock;
    private final Owner owner;
    private final JdkTransport transport;
    private final Attempt attempt;

    @GuardedBy("this")
    private @Nullable XyHandshake handshake;

    @GuardedBy("this")
    private long openedAt;

    @GuardedBy("this")
    private Told told = Told.NOTHING;

    @GuardedBy("this")
    private @Nullable ConnectionEnd end;

    /** Is how the listeners hear that it ended: this side may have ended it. */
    @GuardedBy("this")
    private @Nullable ConnectionEnd heard;

    /** Waits for the listeners. */
    @GuardedBy("this")
    private XyClock.Timer timer = () -> {};

    ClientConnection(ClientSettings settings, HttpSockets sockets, int maxMessageSize, XyClock clock, Owner owner) {
        this.settings = settings;
        this.clock = clock;
        this.owner = owner;
        this.transport = new JdkTransport(maxMessageSize, sockets.executor(), clock, this);
        this.attempt = new Attempt(settings, sockets, transport, clock, owner::failed);
    }

    void begin() {
        attempt.begin();
    }

    /** Ends the attempt, and waits for no listener any more. */
    void cancel() {
        cancelTimer();
        attempt.cancel();
    }

    private synchronized void cancelTimer() {
        timer.cancel();
    }

    private synchronized long lasted() {
        return clock.nanoTime() - openedAt;
    }

    synchronized boolean isOf(XyPeer peer) {
        return peer.handshake() == handshake;
    }

    /** Whether the listeners don't know of it yet. */
    synchronized boolean isUnannounced() {
        return told == Told.NOTHING;
    }

    /** Returns the code of the server's close frame; see {@link JdkTransport#closedByServer}. */
    int closedByServer() {
        return transport.closedByServer();
    }

    // ---- from the transport

    @Override
    public Transport.@Nullable Receiver opened(JdkTransport opened) {
        Map<String, String> headers = attempt.succeed();
        if (headers == null) {
            return null;
        }
        Transport.Receiver receiver = null;
        try {
            XyHandshake made = settings.handshake(headers);
            synchronized (this) {
                handshake = made;
                openedAt = clock.nanoTime();
            }
            receiver = owner.opened(opened, made);
        } catch (RuntimeException | Error e) {
            owner.failed(e);
        }
        if (receiver != null) {
            waitForListeners();
        }
        return receiver;
    }

    /** Not before there is a peer, which {@link #announced} hands on. */
    private synchronized void waitForListeners() {
        if (told == Told.NOTHING && end == null) {
            timer = clock.schedule(this::announced, PATIENCE);
        }
    }

    @Override
    public void ended(int code, String reason) {
        owner.ended(code, reason, lasted(), transport.hasReceived());
        synchronized (this) {
            end = new ConnectionEnd(code, reason, closedByServer() != 0);
            timer.cancel();
            if (told != Told.DISCONNECTED) {
                timer = clock.schedule(this::endTold, PATIENCE);
                return;
            }
        }
        over();
    }

    // ---- from the listeners

    /** The listeners have heard that it is open. */
    void announced() {
        synchronized (this) {
            if (told != Told.NOTHING) {
                return;
            }
            told = Told.CONNECTED;
            if (end == null) {
                timer.cancel();
            }
        }
        owner.announced();
    }

    /** The listeners are about to hear of its end. */
    synchronized void tellsEnd(int code, String reason) {
        heard = new ConnectionEnd(code, reason, false);
    }

    /** The listeners have heard of its end. */
    void endTold() {
        synchronized (this) {
            if (told == Told.DISCONNECTED) {
                return;
            }
            told = Told.DISCONNECTED;
            timer.cancel();
            if (end == null) {
                return;
            }
        }
        over();
    }

    private void over() {
        ConnectionEnd how;
        synchronized (this) {
            how = Objects.requireNonNull(end);
            if (heard != null) {
                how = new ConnectionEnd(heard.code(), heard.reason(), how.received());
            }
        }
        owner.over(how);
    }
}
