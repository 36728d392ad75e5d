package io.xywebsocket.client;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for a connection. They are sent in the order in which they were made, ahead of later ones; but one that hangs, in an
 * interceptor, holds up the others for a second only. Thread-safe.
 */
final class WaitingCalls {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final XyClock clock;
    private final Executor executor;

    // all guarded by this
    private final Set<WaitingCall<?>> calls = new LinkedHashSet<>();
    private @Nullable HandOver current;

    /** @param executor sends the calls: interceptors may block, and are not to run as a caller that the call isn't of */
    WaitingCalls(XyClock clock, Executor executor) {
        this.clock = clock;
        this.executor = executor;
    }

    synchronized void add(WaitingCall<?> call) {
        if (!call.isDone()) {
            calls.add(call);
        }
    }

    synchronized void remove(WaitingCall<?> call) {
        calls.remove(call);
    }

    /**
     * Whether a new call to this peer needn't queue behind others: there are none, or it is made, by an interceptor, for the one that is
     * being sent and may need it.
     */
    synchronized boolean isOpen(XyPeer peer) {
        return current == null
                ? calls.isEmpty()
                : current.thread == Thread.currentThread() && current.peer.equals(peer);
    }

    /** Whether a call of this thread may be waiting: its next one must not overtake that. */
    synchronized boolean mayHaveOf(Thread caller) {
        WaitingCall<?> begun = current == null ? null : current.begun;
        return (begun != null && begun.isOf(caller)) || calls.stream().anyMatch(call -> call.isOf(caller));
    }

    /** Begins to send the calls, unless that is under way already. To an earlier connection it is given up. */
    void handOver(XyPeer peer) {
        HandOver next;
        synchronized (this) {
            // one that is over must not end the hand-over to the next
            if (calls.isEmpty() || !peer.isOpen() || (current != null && current.peer.equals(peer))) {
                return;
            }
            end();
            next = new HandOver(peer);
            current = next;
            next.watch();
        }
        executor.execute(next);
    }

    synchronized boolean isEmpty() {
        return calls.isEmpty();
    }

    /** Takes them all out: there will be no connection for them. */
    synchronized List<WaitingCall<?>> takeAll() {
        List<WaitingCall<?>> taken = new ArrayList<>(calls);
        calls.clear();
        return taken;
    }

    private synchronized void end() {
        if (current != null) {
            current.timer.cancel();
            current = null;
        }
    }

    /** One thread's way along the calls, while the connection is open. */
    private final class HandOver implements Runnable {

        final XyPeer peer;

        // all guarded by WaitingCalls.this
        @Nullable
        Thread thread;

        @Nullable
        WaitingCall<?> begun;

        XyClock.Timer timer = () -> {};
        private @Nullable WaitingCall<?> watched;

        HandOver(XyPeer peer) {
            this.peer = peer;
        }

        @Override
        public void run() {
            for (WaitingCall<?> call; (call = next()) != null; ) {
                call.connected(peer);
            }
        }

        private @Nullable WaitingCall<?> next() {
            synchronized (WaitingCalls.this) {
                if (current != this) {
                    return null;
                }
                Iterator<WaitingCall<?>> first = calls.iterator();
                if (!first.hasNext() || !peer.isOpen()) {
                    end();
                    return null;
                }
                thread = Thread.currentThread();
                begun = first.next();
                first.remove();
                return begun;
            }
        }

        /** Another thread goes on if this one hasn't since the last look. */
        void watch() {
            watched = begun;
            timer = clock.schedule(this::look, PATIENCE);
        }

        private void look() {
            synchronized (WaitingCalls.this) {
                if (current != this) {
                    return;
                }
                if (watched != begun) {
                    watch();
                    return;
                }
                end();
            }
            handOver(peer);
        }
    }
}
