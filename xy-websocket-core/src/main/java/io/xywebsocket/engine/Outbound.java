package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.transport.Transport;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue of frames to one peer, with one writer at a time. A writer hands frames to the transport until the
 * queue is empty or the transport is full; other threads only queue. Thread-safe; no write happens under the lock.
 */
final class Outbound implements Runnable {

    enum Offer {
        QUEUED,
        /** Queued in the place of older events, which are discarded. */
        QUEUED_DISPLACING,
        /** The event is discarded. */
        DISCARDED,
        CLOSED,
        FULL;

        boolean isQueued() {
            return this == QUEUED || this == QUEUED_DISPLACING;
        }

        boolean discardsEvents() {
            return this == DISCARDED || this == QUEUED_DISPLACING;
        }
    }

    /** Callbacks to the connection, called without the lock. */
    interface Owner {
        void onPinged();

        void onRoomToSend();

        default void onRoomToRefuse() {}

        /** A frame that has a label is about to be handed to the transport. */
        default void onSending(EncodedFrame frame, TrafficLog.Label label) {}

        void onWriteFailed(Throwable cause);
    }

    private enum Writing {
        /** No writer is active or called. */
        IDLE,
        /** A writer has been called. */
        CALLED,
        /** A writer is active. */
        ACTIVE,
        /** A writer is active, and the transport has room again: it may say so before it says that it is full. */
        ACTIVE_WITH_ROOM,
        /** The transport is full until it calls back. */
        BLOCKED
    }

    private enum Stage {
        OPEN,
        /** Accepts no frames; the close frame follows those queued. */
        CLOSING,
        /** Accepts no frames, and has none left to write. */
        DONE
    }

    private record Close(int code, String reason) {}

    /** Frames per turn: then the writer serves other peers. */
    private static final int TURN = 256;

    private final Transport transport;
    private final Executor writers;
    private final Owner owner;

    @GuardedBy("this")
    private final SendQueue queue;

    @GuardedBy("this")
    private Writing writing = Writing.IDLE;

    @GuardedBy("this")
    private Stage stage = Stage.OPEN;

    @GuardedBy("this")
    private @Nullable Close close;

    @GuardedBy("this")
    private boolean pingWanted;

    @GuardedBy("this")
    private boolean pingInTransport;

    @GuardedBy("this")
    private boolean roomAwaited;

    @GuardedBy("this")
    private boolean roomToRefuseAwaited;

    /** @param writers runs tasks soon, on this thread if necessary; never refuses */
    Outbound(Transport transport, Executor writers, SendQueue queue, Owner owner) {
        this.transport = transport;
        this.writers = writers;
        this.queue = queue;
        this.owner = owner;
    }

    /** Queues a frame and calls a writer; never writes on this thread. */
    Offer send(EncodedFrame frame) {
        return send(frame, null);
    }

    /** As {@link #send(EncodedFrame)}; replaces a waiting event of the same key if there is one. */
    Offer send(EncodedFrame frame, @Nullable LatestKey key) {
        Offer offer;
        synchronized (this) {
            offer = stage == Stage.OPEN ? queue.add(frame, key) : Offer.CLOSED;
            if (!offer.isQueued() || !claimWriter()) {
                return offer;
            }
        }
        writers.execute(this);
        return offer;
    }

    /** Queues a frame for a caller that calls {@link #drain} soon. */
    Offer add(EncodedFrame frame) {
        return add(frame, null);
    }

    /** Queues a frame for a caller that calls {@link #schedule} soon. */
    synchronized Offer add(EncodedFrame frame, @Nullable LatestKey key) {
        return stage == Stage.OPEN ? queue.add(frame, key) : Offer.CLOSED;
    }

    void ping() {
        synchronized (this) {
            pingWanted = stage == Stage.OPEN;
            if (!pingWanted || !claimWriter()) {
                return;
            }
        }
        writers.execute(this);
    }

    /** Calls a writer if frames are queued. */
    void schedule() {
        synchronized (this) {
            if (queue.isEmpty() || !claimWriter()) {
                return;
            }
        }
        writers.execute(this);
    }

    /** Accepts no more frames; writes the queued ones, then the close frame. */
    void close(int code, String reason) {
        synchronized (this) {
            if (stage != Stage.OPEN) {
                return;
            }
            stage = Stage.CLOSING;
            close = new Close(code, reason);
            if (!claimWriter()) {
                return;
            }
        }
        writers.execute(this);
    }

    /** Accepts no more frames and discards the queued ones. */
    synchronized void discard() {
        stage = Stage.DONE;
        close = null;
        pingWanted = false;
        pingInTransport = false;
        queue.clear();
        if (!isActive()) {
            queue.written();
        }
    }

    /** Returns whether to start no more calls of this peer. If so, the owner is called once there is room. */
    synchronized boolean isCrowded() {
        roomAwaited = queue.isCrowded();
        return roomAwaited;
    }

    /** Returns whether to read no more calls. If so, the owner is called once there is room. */
    synchronized boolean isFullOfRefusals() {
        roomToRefuseAwaited |= queue.isFullOfRefusals();
        return roomToRefuseAwaited;
    }

    /** Returns the transport's progress, or -1 if nothing waits. Two equal results in a row mean a stuck peer. */
    long progress() {
        synchronized (this) {
            if (queue.bytes() == 0 && !isActive() && writing != Writing.BLOCKED) {
                return -1;
            }
        }
        return transport.progress();
    }

    /** Returns the UTF-8 bytes that wait or are being written. */
    synchronized long bytes() {
        return queue.bytes();
    }

    /** A hint without the lock: the caller has just added the bytes that matter. */
    @SuppressWarnings("GuardedBy")
    boolean holdsAtLeast(int worthwhile) {
        return queue.bytes() >= worthwhile;
    }

    @GuardedBy("this")
    private boolean claimWriter() {
        if (writing != Writing.IDLE) {
            return false;
        }
        writing = Writing.CALLED;
        return true;
    }

    @GuardedBy("this")
    private boolean isActive() {
        return writing == Writing.ACTIVE || writing == Writing.ACTIVE_WITH_ROOM;
    }

    /** The transport has room. Called on any thread. */
    void onWritable() {
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

    @Override
    public void run() {
        drain();
    }

    /** Writes queued frames while the transport has room, unless another thread is writing. */
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
                    yieldThread();
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
        owner.onWriteFailed(cause);
    }

    private void yieldThread() {
        synchronized (this) {
            writing = Writing.CALLED;
        }
        writers.execute(this);
    }

    /**
     * Writes one frame.
     *
     * @param flush whether later frames are written in another turn
     * @return whether to continue
     */
    private boolean writeNext(boolean flush) throws IOException {
        boolean ping;
        boolean pingSent;
        EncodedFrame frame = null;
        Close closing = null;
        boolean nothing = false;
        boolean last;
        boolean room;
        boolean refusalRoom;
        synchronized (this) {
            queue.written();
            pingSent = pingInTransport;
            pingInTransport = false;
            // threads that find it crowded from here on are called by a later write
            room = roomAwaited && queue.hasRoom();
            roomAwaited &= !room;
            refusalRoom = roomToRefuseAwaited && queue.hasRoomForRefusals();
            roomToRefuseAwaited &= !refusalRoom;
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
        if (pingSent) {
            owner.onPinged();
        }
        if (room) {
            owner.onRoomToSend();
        }
        if (refusalRoom) {
            owner.onRoomToRefuse();
        }
        if (nothing) {
            return false;
        }
        if (frame != null) {
            if (frame.label() != null) {
                owner.onSending(frame, frame.label());
            }
            return transport.send(frame.message(), last) || onFull(false);
        } else if (closing != null) {
            transport.close(closing.code(), closing.reason());
            return true;
        }
        if (transport.ping()) {
            owner.onPinged();
            return true;
        }
        return onFull(true);
    }

    /** Handles a full transport. The last frame counts until there is room. Returns whether there is already. */
    private synchronized boolean onFull(boolean afterPing) {
        pingInTransport = afterPing && stage == Stage.OPEN;
        if (writing == Writing.ACTIVE_WITH_ROOM) {
            return true;
        }
        writing = Writing.BLOCKED;
        if (stage == Stage.DONE) {
            queue.written();
        }
        return false;
    }
}
