package io.xywebsocket.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
 * Calls that wait for a connection. One thread sends them in the order in which they were made, ahead of later ones; another takes
 * over from one that hangs in an interceptor for a second. Thread-safe.
 */
final class WaitingCalls {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final XyClock clock;
    private final Executor executor;

    @GuardedBy("this")
    private final Set<WaitingCall<?>> calls = new LinkedHashSet<>();

    /** Counts hand-overs and their ends: a thread whose number is not the last sends no more. */
    @GuardedBy("this")
    private int turn;

    /** Gets the calls that are being sent; null if none are. */
    @GuardedBy("this")
    private @Nullable XyPeer receiver;

    @GuardedBy("this")
    private @Nullable Thread sender;

    /** Is being sent by that thread, or was sent last. */
    @GuardedBy("this")
    private @Nullable WaitingCall<?> begun;

    @GuardedBy("this")
    private XyClock.Timer timer = () -> {};

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
        return receiver == null ? calls.isEmpty() : sender == Thread.currentThread() && receiver.equals(peer);
    }

    /** Whether a call of this thread may be waiting: its next one must not overtake that. */
    synchronized boolean mayHaveOf(Thread caller) {
        return (begun != null && begun.isOf(caller)) || calls.stream().anyMatch(call -> call.isOf(caller));
    }

    /** Begins to send the calls, unless that is under way already. To an earlier connection it is given up. */
    void handOver(XyPeer peer) {
        int mine;
        synchronized (this) {
            // one that is over must not end the hand-over to the next
            if (calls.isEmpty() || !peer.isOpen() || peer.equals(receiver)) {
                return;
            }
            end();
            receiver = peer;
            mine = turn;
            watch(peer);
        }
        executor.execute(() -> {
            for (WaitingCall<?> call; (call = next(peer, mine)) != null; ) {
                call.connected(peer);
            }
        });
    }

    private synchronized @Nullable WaitingCall<?> next(XyPeer peer, int mine) {
        if (turn != mine) {
            return null;
        }
        Iterator<WaitingCall<?>> first = calls.iterator();
        if (!first.hasNext() || !peer.isOpen()) {
            end();
            return null;
        }
        sender = Thread.currentThread();
        begun = first.next();
        first.remove();
        return begun;
    }

    /** Another thread goes on if the current one hasn't by the next look. */
    @GuardedBy("this")
    private void watch(XyPeer peer) {
        int mine = turn;
        WaitingCall<?> before = begun;
        timer = clock.schedule(() -> look(peer, mine, before), PATIENCE);
    }

    private void look(XyPeer peer, int mine, @Nullable WaitingCall<?> before) {
        synchronized (this) {
            if (turn != mine) {
                return;
            }
            if (begun != before) {
                watch(peer);
                return;
            }
            end();
        }
        handOver(peer);
    }

    @GuardedBy("this")
    private void end() {
        turn++;
        timer.cancel();
        receiver = null;
        sender = null;
        begun = null;
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
}
