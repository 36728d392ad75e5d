package io.xywebsocket.spring.server;

import io.xywebsocket.untrusted.LogText;
import io.xywebsocket.websocket.WebSocketTransport;
import io.xywebsocket.websocket.Wire;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.concurrent.RejectedExecutionException;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A socket of Tomcat's. What may need Tomcat's lock of it is dispatched to a thread of Tomcat's. Thread-safe. */
abstract class TomcatWire implements Wire {

    private static final Logger log = LoggerFactory.getLogger(TomcatWire.class);

    /** Number of refusals by Tomcat's executor, one after the other, with which a connection is given up. */
    private static final int MAX_REFUSALS = 60;

    final SocketWrapperBase<?> socket;
    private final Runnable onRefusal;
    private volatile long written; // changed by who has the lock

    // guarded by this: what Tomcat's executor has refused last, and how often in a row
    private @Nullable SocketEvent refused;
    private int refusals;

    TomcatWire(SocketWrapperBase<?> socket, Runnable onRefusal) {
        this.socket = socket;
        this.onRefusal = onRefusal;
    }

    /** @param onRefusal called when {@link #retry} has something to ask for again */
    static TomcatWire of(SocketWrapperBase<?> socket, SocketLoops loops, Runnable onRefusal) {
        return socket.getSocket() instanceof NioChannel plain && !(plain instanceof SecureNioChannel)
                ? new TomcatChannelWire(socket, plain.getIOChannel(), loops, onRefusal)
                : new TomcatWrapperWire(socket, onRefusal);
    }

    /** Tomcat tells of something, on a thread that has its lock of the socket. Returns what Tomcat is to do with the socket. */
    abstract SocketState turn(SocketEvent event, WebSocketTransport transport);

    /** Tomcat is about to close the socket, and to use its parts for others. */
    abstract void closed();

    /** Returns whether the socket is used no more. */
    abstract boolean isOver();

    @Override
    public final long written() {
        return written;
    }

    /** The socket has taken so many bytes. */
    final synchronized void wrote(int count) {
        written += count;
    }

    /** Has Tomcat turn to this socket on a thread of its own, behind whatever has the socket now; {@link #retry} if there is none to be had. */
    final void dispatch(SocketEvent event) {
        try {
            socket.execute(() -> socket.processSocket(event, false));
            accepted();
        } catch (RejectedExecutionException | OutOfMemoryError e) { // no thread is free, or none can be made
            refused(event);
            LogText.quietly(() -> log.debug("Tomcat's executor refuses to serve a connection", LogText.of(e)));
            onRefusal.run();
        }
    }

    private synchronized void accepted() {
        refusals = 0;
    }

    private synchronized void refused(SocketEvent event) {
        refused = refused == SocketEvent.DISCONNECT ? refused : event;
        refusals++;
    }

    /** Returns whether a refused turn has not been asked for again. */
    synchronized boolean hasRefused() {
        return refused != null;
    }

    /**
     * Asks again for the turn that was refused, if one was. To be called every now and then.
     *
     * @return false if the connection is lost: Tomcat has closed the socket without a word, or has refused for too long
     */
    final boolean retry() {
        SocketEvent event;
        synchronized (this) {
            if (socket.isClosed() || refusals >= MAX_REFUSALS) {
                return false;
            }
            event = refused;
            refused = null;
        }
        if (event != null) {
            dispatch(event);
        }
        return true;
    }

    /** Has Tomcat let go of the socket, on this thread. */
    final void closeSocket() {
        socket.close();
    }

    final void askToClose() {
        if (!socket.isClosed()) {
            dispatch(SocketEvent.DISCONNECT);
        }
    }

    static void closeQuietly(@Nullable Channel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LogText.quietly(() -> log.debug("Closing a socket failed", LogText.of(e)));
            }
        }
    }
}
