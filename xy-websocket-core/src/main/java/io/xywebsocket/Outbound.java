package io.xywebsocket;

import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to one peer: a bounded queue with one writer at a time. A writer hands the transport all there is, and flushes once, or
 * until the transport takes no more; everybody else has queued and gone. Thread-safe; its lock is never held during a write.
 */
final class Outbound implements Runnable {

    enum Offer {
        QUEUED,
        /** An event that is queued, in the place of older ones that are lost. */
        QUEUED_FOR_OTHERS,
        /** An event that is lost. */
        LOST,
        CLOSED,
        FULL;

        boolean isQueued() {
            return this == QUEUED || this == QUEUED_FOR_OTHERS;
        }

        boolean losesEvents() {
            return this == LOST || this == QUEUED_FOR_OTHERS;
        }
    }

    /** What the queue tells its connection; called without the lock. */
    interface Owner {
        void pinged();

        void roomToSend();

        default void roomToRefuse() {}

        void writeFailed(Throwable cause);
    }

    private enum Writing {
        /** Nobody writes, and nobody has been asked to. */
        IDLE,
        /** One of the writers has been asked to write. */
        CALLED,
        /** Somebody writes. */
        ACTIVE,
        /** Somebody writes, and the transport has said meanwhile that it takes more: it may do so before it says that it is full. */
        ACTIVE_WITH_ROOM,
        /** The transport takes no more until it says so. */
        BLOCKED
    }

    private enum Stage {
        OPEN,
        /** Takes nothing more; the close frame follows what is queued. */
        CLOSING,
        /** Takes nothing more, and there is nothing more to write. */
        OVER
    }

    private record Close(int code, String reason) {}

    /** After so many frames a writer goes to the next peer: one that takes as much as others send it must not keep the thread. */
    private static final int TURN = 256;

    private final Transport transport;
    private final Executor writers;
    private final Owner owner;

    // all guarded by this
    private final SendQueue queue;
    private Writing writing = Writing.IDLE;
    private Stage stage = Stage.OPEN;
    private @Nullable Close close;
    private boolean pingWanted;
    private boolean pingUnderWay;
    private boolean roomWanted;
    private boolean roomToRefuseWanted;

    /** @param writers runs what it is given soon, on this thread if need be; refuses nothing */
    Outbound(Transport transport, Executor writers, SendQueue queue, Owner owner) {
        this.transport = transport;
        this.writers = writers;
        this.queue = queue;
        this.owner = owner;
    }

    /** Queues a frame and sees to it that somebody writes it; never writes itself. */
    Offer send(EncodedFrame frame) {
        return send(frame, null);
    }

    /** The same for an event that replaces the one of the same key, if there is a key and such an event waits. */
    Offer send(EncodedFrame frame, @Nullable LatestKey key) {
        Offer offer;
        synchronized (this) {
            offer = stage == Stage.OPEN ? queue.add(frame, key) : Offer.CLOSED;
            if (!offer.isQueued() || !needsWriter()) {
                return offer;
            }
        }
        writers.execute(this);
        return offer;
    }

    /** Queues a frame for a caller who will {@link #drain} soon. */
    synchronized Offer add(EncodedFrame frame) {
        return stage == Stage.OPEN ? queue.add(frame, null) : Offer.CLOSED;
    }

    void ping() {
        synchronized (this) {
            pingWanted = stage == Stage.OPEN;
            if (!pingWanted || !needsWriter()) {
                return;
            }
        }
        writers.execute(this);
    }

    /** Sees to it that what is queued gets written, by another thread. */
    void schedule() {
        synchronized (this) {
            if (queue.isEmpty() || !needsWriter()) {
                return;
            }
        }
        writers.execute(this);
    }

    /** Takes nothing more; what is queued is written, then the close frame. */
    void close(int code, String reason) {
        synchronized (this) {
            if (stage != Stage.OPEN) {
                return;
            }
            stage = Stage.CLOSING;
            close = new Close(code, reason);
            if (!needsWriter()) {
                return;
            }
        }
        writers.execute(this);
    }

    /** Takes nothing more and forgets what is queued. */
    synchronized void drop() {
        stage = Stage.OVER;
        close = null;
        pingWanted = false;
        pingUnderWay = false;
        queue.clear();
        if (!isActive()) {
            queue.written();
        }
    }

    /**
     * Whether so much is queued that no further calls should be started for this peer. If so, the owner hears of the room
     * once there is some.
     */
    synchronized boolean isCrowded() {
        roomWanted = queue.isCrowded();
        return roomWanted;
    }

    /** Whether so many refusals are queued that no further calls should be read. If so, the owner hears of the room once there is some. */
    synchronized boolean isFullOfRefusals() {
        roomToRefuseWanted |= queue.isFullOfRefusals();
        return roomToRefuseWanted;
    }

    /** How far the other side has got with what was written; -1 if nothing waits for it. Two equal answers in a row: it is stuck. */
    long progress() {
        synchronized (this) {
            if (queue.bytes() == 0 && !isActive() && writing != Writing.BLOCKED) {
                return -1;
            }
        }
        return transport.progress();
    }

    /** What waits and what the transport has no room for, in bytes of UTF-8. */
    synchronized long bytes() {
        return queue.bytes();
    }

    /** A hint, taken without the lock: the caller has just added what counts. */
    boolean holdsAtLeast(int worthwhile) {
        return queue.bytes() >= worthwhile;
    }

    private boolean needsWriter() {
        if (writing != Writing.IDLE) {
            return false;
        }
        writing = Writing.CALLED;
        return true;
    }

    private boolean isActive() {
        return writing == Writing.ACTIVE || writing == Writing.ACTIVE_WITH_ROOM;
    }

    /** The transport takes more. On any thread. */
    void writable() {
        synchronized (this) {
            if (writing == Writing.ACTIVE) {
                writing = Writing.ACTIVE_WITH_ROOM;
            }
            if (writing != Writing.BLOCKED) {
                return;
            }
            writing = Writing.CALLED;
        }
        writers.execute(this);
    }

    /** What a writer does. */
    @Override
    public void run() {
        drain();
    }

    /** Writes what there is and the transport takes, unless somebody else is writing. */
    void drain() {
        synchronized (this) {
            if (isActive() || writing == Writing.BLOCKED) {
                return;
            }
            writing = Writing.ACTIVE;
        }
        try {
            int turn = 0;
            while (writeNext(++turn == TURN)) {
                if (turn == TURN) {
                    giveWay();
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            failed(e);
        } catch (Error e) {
            failed(e);
            throw e;
        }
    }

    private void failed(Throwable cause) {
        synchronized (this) {
            queue.written();
            writing = Writing.IDLE;
        }
        owner.writeFailed(cause);
    }

    private void giveWay() {
        synchronized (this) {
            writing = Writing.CALLED;
        }
        writers.execute(this);
    }

    /**
     * Writes one frame.
     *
     * @param flush whether the next one will be written later
     * @return whether this thread is to go on
     */
    private boolean writeNext(boolean flush) throws IOException {
        boolean ping;
        boolean pinged;
        EncodedFrame frame = null;
        Close closing = null;
        boolean nothing = false;
        boolean last;
        boolean room;
        boolean roomToRefuse;
        synchronized (this) {
            queue.written();
            pinged = pingUnderWay;
            pingUnderWay = false;
            // whoever finds it crowded from here on is told of the room by a later write
            room = roomWanted && queue.hasRoom();
            roomWanted &= !room;
            roomToRefuse = roomToRefuseWanted && queue.hasRoomForRefusals();
            roomToRefuseWanted &= !roomToRefuse;
            ping = pingWanted;
            pingWanted = false;
            if (!ping && (frame = queue.poll()) == null) {
                closing = close;
                close = null;
                nothing = closing == null;
            }
            last = flush || queue.isEmpty();
            writing = nothing ? Writing.IDLE : Writing.ACTIVE;
        }
        if (pinged) {
            owner.pinged();
        }
        if (room) {
            owner.roomToSend();
        }
        if (roomToRefuse) {
            owner.roomToRefuse();
        }
        if (nothing) {
            return false;
        }
        if (frame != null) {
            return transport.send(frame.message(), last) || canGoOn(false);
        } else if (closing != null) {
            transport.close(closing.code(), closing.reason());
            return true;
        }
        if (transport.ping()) {
            owner.pinged();
            return true;
        }
        return canGoOn(true);
    }

    /** The transport has said that it is full. What it was given last counts until it has room. */
    private synchronized boolean canGoOn(boolean afterPing) {
        pingUnderWay = afterPing && stage == Stage.OPEN;
        if (writing == Writing.ACTIVE_WITH_ROOM) {
            return true;
        }
        writing = Writing.BLOCKED;
        if (stage == Stage.OVER) {
            queue.written();
        }
        return false;
    }
}
