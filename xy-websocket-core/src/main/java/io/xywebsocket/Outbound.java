package io.xywebsocket;

import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to one peer: a bounded queue with one writer at a time. Whoever finds nobody writing writes all there
 * is and flushes once; everybody else has queued and gone. Thread-safe; its lock is never held during a write.
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

        void writeFailed(Exception cause);
    }

    private record Close(int code, String reason) {}

    private final Transport transport;
    private final Executor writers;
    private final Owner owner;

    // all guarded by this
    private final SendQueue queue;
    private boolean writing;
    private boolean scheduled;
    private boolean pingWanted;
    private boolean roomWanted;
    private boolean roomToRefuseWanted;
    private boolean closed;
    private @Nullable Close close;
    private boolean written;
    private long writes;

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
            offer = closed ? Offer.CLOSED : queue.add(frame, key);
            if (!offer.isQueued() || !needsWriter()) {
                return offer;
            }
        }
        write();
        return offer;
    }

    /** Queues a frame for a caller who will {@link #drain} soon. */
    synchronized Offer add(EncodedFrame frame) {
        return closed ? Offer.CLOSED : queue.add(frame, null);
    }

    void ping() {
        synchronized (this) {
            pingWanted = !closed;
            if (closed || !needsWriter()) {
                return;
            }
        }
        write();
    }

    /** Sees to it that what is queued gets written, by another thread. */
    void schedule() {
        synchronized (this) {
            if (queue.isEmpty() || !needsWriter()) {
                return;
            }
        }
        write();
    }

    /** Takes nothing more; what is queued is written, then the close frame. */
    void close(int code, String reason) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            close = new Close(code, reason);
            if (!needsWriter()) {
                return;
            }
        }
        write();
    }

    /** Takes nothing more and forgets what is queued. */
    synchronized void drop() {
        closed = true;
        close = null;
        pingWanted = false;
        queue.clear();
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

    /** How many frames have been written so far; -1 if none is waiting. Two equal answers in a row: the writer is stuck. */
    synchronized long progress() {
        return queue.bytes() > 0 || writing ? writes : -1;
    }

    /** What waits and what is being written, in bytes of UTF-8. */
    synchronized long bytes() {
        return queue.bytes();
    }

    /** A hint, taken without the lock: the caller has just added what counts. */
    boolean holdsAtLeast(int worthwhile) {
        return queue.bytes() >= worthwhile;
    }

    private void write() {
        try {
            writers.execute(this);
        } catch (RejectedExecutionException endpointClosed) {
            owner.writeFailed(endpointClosed);
        }
    }

    private boolean needsWriter() {
        if (writing || scheduled) {
            return false;
        }
        scheduled = true;
        return true;
    }

    /** What a writer does. */
    @Override
    public void run() {
        drain();
    }

    /** Writes all there is, unless somebody else is writing. May block for as long as the transport does. */
    void drain() {
        synchronized (this) {
            scheduled = false;
            if (writing) {
                return;
            }
            writing = true;
        }
        try {
            while (writeNext()) {}
        } catch (IOException | RuntimeException e) {
            synchronized (this) {
                queue.written();
                written = false;
                writing = false;
            }
            owner.writeFailed(e);
        }
    }

    private boolean writeNext() throws IOException {
        boolean ping;
        EncodedFrame frame = null;
        Close closing = null;
        boolean nothing = false;
        boolean last;
        boolean room;
        boolean roomToRefuse;
        synchronized (this) {
            room = settle();
            roomToRefuse = roomToRefuseWanted && queue.hasRoomForRefusals();
            roomToRefuseWanted &= !roomToRefuse;
            ping = pingWanted;
            pingWanted = false;
            if (!ping && (frame = queue.poll()) == null) {
                closing = close;
                close = null;
                nothing = closing == null;
            }
            written = !nothing;
            writing = !nothing;
            last = queue.isEmpty();
        }
        if (room) {
            owner.roomToSend();
        }
        if (roomToRefuse) {
            owner.roomToRefuse();
        }
        if (frame != null) {
            transport.send(frame.message().text(), last);
        } else if (closing != null) {
            transport.close(closing.code(), closing.reason());
        } else if (ping) {
            transport.ping();
            owner.pinged();
        }
        return !nothing;
    }

    /**
     * What was being written is. Returns whether the owner is to be told of room: now, not before the write, so whoever finds it
     * crowded from here on is told of the room by a later write.
     */
    private boolean settle() {
        if (!written) {
            return false;
        }
        writes++;
        queue.written();
        boolean room = roomWanted && queue.hasRoom();
        roomWanted &= !room;
        return room;
    }
}
