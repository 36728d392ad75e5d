package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.transport.MessageAssembler;
import io.xywebsocket.transport.Transport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A session of Jakarta WebSocket as a transport: blocking writes, batched while more is to come. */
final class JakartaTransport implements Transport {

    private interface Write {
        void run(RemoteEndpoint.Basic remote) throws IOException;
    }

    private final Session session;
    private final RemoteEndpoint.Basic remote;
    private final ContainerSession container;
    private final ReadingPause pause;
    private final Seat seat;
    private final MessageAssembler assembler;

    // guarded by this
    private @Nullable Thread writer;
    private boolean cut;
    private boolean cutting;
    private boolean over;
    private @Nullable Runnable toTell;

    // of the one writer
    private boolean batching;

    JakartaTransport(
            Session session,
            XyClock clock,
            Duration sendTimeout,
            Semaphore heldThreads,
            Seat seat,
            MessageAssembler assembler) {
        this.seat = seat;
        this.assembler = assembler;
        this.session = session;
        this.remote = session.getBasicRemote();
        this.container = ContainerSession.of(session, sendTimeout);
        this.pause = new ReadingPause(container, clock, heldThreads);
    }

    @Override
    public void send(String text, boolean last) throws IOException {
        write(remote -> {
            if (!last && !batching) {
                batch(true);
            }
            remote.sendText(text);
            if (last && batching) {
                batch(false);
            }
        });
    }

    @Override
    public void ping() throws IOException {
        write(remote -> {
            remote.sendPing(ByteBuffer.allocate(0));
            if (batching) {
                remote.flushBatch();
            }
        });
    }

    @Override
    public void close(int code, String reason) throws IOException {
        seat.closing(code);
        write(remote -> session.close(new CloseReason(CloseCodes.getCloseCode(code), reason)));
    }

    @Override
    public void cut() {
        seat.leave(1006);
        try {
            cutLocked();
        } finally {
            pause.over();
            Runnable end = takeEnd();
            if (end != null) {
                end.run();
            }
        }
    }

    private synchronized void cutLocked() {
        cut = true;
        cutting = true;
        try {
            container.cut(writer); // which can't leave its write before it has been interrupted
        } finally {
            cutting = false;
        }
    }

    @Override
    public void pauseReading() {
        pause.begin();
    }

    @Override
    public void resumeReading() {
        pause.end();
    }

    @Override
    public void discardIncoming() {
        assembler.discard();
    }

    /** See {@link ReadingPause#apply}. */
    boolean pauseIfWanted() {
        return pause.apply();
    }

    /**
     * The connection is over.
     *
     * @param tell runs user code: not with the lock, which this thread has if it is cutting the session, but after that
     */
    void over(Runnable tell) {
        synchronized (this) {
            over = true;
            if (cutting) {
                toTell = tell;
                return;
            }
        }
        pause.over();
        tell.run();
    }

    private synchronized @Nullable Runnable takeEnd() {
        Runnable end = toTell;
        toTell = null;
        return end;
    }

    /** Switching batching off flushes. It must be off when nothing is queued, or the container's own pongs stay in the buffer. */
    private void batch(boolean on) throws IOException {
        batching = on;
        remote.setBatchingAllowed(on);
    }

    private void write(Write write) throws IOException {
        synchronized (this) {
            if (cut || over) {
                throw new IOException(cut ? "the connection has been cut" : "the connection is over");
            }
            writer = Thread.currentThread();
        }
        try {
            write.run(remote);
        } catch (IllegalStateException closed) {
            throw new IOException("the connection is closed", closed);
        } finally {
            synchronized (this) {
                writer = null;
                if (cut) {
                    Thread.interrupted(); // our own, to get the writer out; nobody else is to see it
                }
            }
        }
    }
}
