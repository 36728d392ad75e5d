package io.xywebsocket.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import java.time.Duration;

/** Whether this node hears what it publishes itself, and so is connected to the others. Thread-safe. */
final class OwnEcho {

    enum State {
        CONNECTING,
        CONNECTED,
        CUT_OFF
    }

    /**
     * What a check has found.
     *
     * @param cutOff whether the node has just been cut off
     * @param renew  whether the subscription is to be renewed
     */
    record Check(boolean cutOff, boolean renew) {}

    private final XyClock clock;
    private final Duration timeout;

    @GuardedBy("this")
    private State state = State.CONNECTING;

    @GuardedBy("this")
    private long heardAt;

    @GuardedBy("this")
    private long renewedAt;

    /** Whether echoes say nothing, as this node has said that it stops. */
    @GuardedBy("this")
    private boolean stopped;

    private volatile boolean connected;

    OwnEcho(XyClock clock, Duration timeout) {
        this.clock = clock;
        this.timeout = timeout;
    }

    synchronized void start() {
        stopped = false;
        state = State.CONNECTING;
        heardAt = clock.nanoTime();
    }

    /** Is not connected until the next {@link #start}. */
    synchronized void stop() {
        stopped = true;
        connected = false;
    }

    /** Something of this node has come back. Returns whether it is connected only now. */
    synchronized boolean onHeard() {
        heardAt = clock.nanoTime();
        if (stopped) {
            return false;
        }
        boolean back = state != State.CONNECTED;
        state = State.CONNECTED;
        connected = true;
        return back;
    }

    /** Looks whether the echo has been missing for too long. A subscription is renewed at each timeout. */
    synchronized Check check() {
        long now = clock.nanoTime();
        boolean lost = state != State.CUT_OFF && now - heardAt > timeout.toNanos();
        if (lost) {
            state = State.CUT_OFF;
            connected = false;
            renewedAt = now - timeout.toNanos();
        }
        boolean renew = state == State.CUT_OFF && now - renewedAt >= timeout.toNanos();
        if (renew) {
            renewedAt = now;
        }
        return new Check(lost, renew);
    }

    boolean isConnected() {
        return connected;
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    synchronized State state() {
        return state;
    }

    /** Returns the time since the last echo, or since the start. */
    synchronized Duration age() {
        return Duration.ofNanos(clock.nanoTime() - heardAt);
    }
}
