package io.xywebsocket.client;

import io.xywebsocket.XyPeer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Calls that wait for a connection. They are sent in the order in which they were made, ahead of later ones. Thread-safe. */
final class WaitingCalls {

    // guarded by this
    private final Set<WaitingCall<?>> calls = new LinkedHashSet<>();
    private boolean handingOver;

    synchronized void add(WaitingCall<?> call) {
        if (!call.isDone()) {
            calls.add(call);
        }
    }

    synchronized void remove(WaitingCall<?> call) {
        calls.remove(call);
    }

    /** Whether a new call needn't queue behind others. */
    synchronized boolean isOpen() {
        return calls.isEmpty() && !handingOver;
    }

    /** Whether a call of this thread may be waiting: its next one must not overtake that. */
    synchronized boolean mayHaveOf(Thread caller) {
        return handingOver || calls.stream().anyMatch(call -> call.isOf(caller));
    }

    /** Sends the calls, unless another thread is about it. */
    void handOver(XyPeer peer) {
        while (true) {
            List<WaitingCall<?>> taken;
            synchronized (this) {
                if (handingOver || calls.isEmpty()) {
                    return;
                }
                handingOver = true;
                taken = take();
            }
            List<WaitingCall<?>> left = new ArrayList<>();
            try {
                for (WaitingCall<?> call : taken) {
                    if (!call.connected(peer)) {
                        left.add(call);
                    }
                }
            } finally {
                synchronized (this) {
                    handingOver = false;
                    putBack(left);
                }
            }
            if (!left.isEmpty()) {
                return;
            }
        }
    }

    /** Takes them all out: there will be no connection for them. */
    synchronized List<WaitingCall<?>> takeAll() {
        return take();
    }

    /** In front of those that have come since. */
    private void putBack(List<WaitingCall<?>> left) {
        if (!left.isEmpty()) {
            List<WaitingCall<?>> later = take();
            left.forEach(this::add);
            later.forEach(this::add);
        }
    }

    private List<WaitingCall<?>> take() {
        List<WaitingCall<?>> taken = new ArrayList<>(calls);
        calls.clear();
        return taken;
    }
}
