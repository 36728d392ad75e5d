package io.xywebsocket;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * "Connected", told before anything that the peer has sent runs: that waits until the listeners have returned. If one of them throws, closes
 * the peer or takes longer than a call may, the connection ends and nothing of it runs. Thread-safe.
 */
final class ConnectHook extends LaneEntry {

    private enum State {
        /** The listeners have not all returned. */
        PENDING,
        ADMITTED,
        REFUSED
    }

    private static final XyClock.Timer NO_TIMER = () -> {};

    private final Connection connection;
    private final boolean holds;

    // written with the lock
    private volatile State state;

    // guarded by this
    private int told;
    private boolean over;
    private boolean closedBefore;

    /** @param holds whether what the peer sends waits; if not, it is held up like calls behind any listener */
    ConnectHook(Connection connection, boolean holds) {
        super(false, 0);
        this.connection = connection;
        this.holds = holds;
        this.state = holds ? State.PENDING : State.ADMITTED;
    }

    boolean isAdmitted() {
        return state == State.ADMITTED;
    }

    /** Nothing of the peer is to run, if that isn't decided yet. Returns whether it wasn't. */
    synchronized boolean deny() {
        boolean pending = state == State.PENDING;
        state = pending ? State.REFUSED : state;
        return pending;
    }

    private synchronized boolean admit() {
        state = state == State.PENDING ? State.ADMITTED : state;
        return isAdmitted();
    }

    /** Whether the next listener is to hear of the peer; it then hears of its end as well. */
    synchronized boolean tells() {
        boolean tells = (state != State.REFUSED || closedBefore || told == 0) && !over;
        told += tells ? 1 : 0;
        return tells;
    }

    /** No further listener hears of the peer. Returns how many have. */
    synchronized int endTelling() {
        over = true;
        return told;
    }

    @Override
    boolean isPassable() {
        return !holds;
    }

    /** A peer that has been closed before its listeners could refuse it has come and gone, as any other that has left. */
    private synchronized void begin() {
        closedBefore = state == State.REFUSED;
    }

    @Override
    @Nullable
    CompletionStage<?> run() {
        begin();
        XyEndpoint endpoint = connection.endpoint;
        XyClock.Timer timer = holds ? endpoint.clock.schedule(this::overdue, endpoint.timeouts.call()) : NO_TIMER;
        try {
            endpoint.listener.connected(connection.peer);
            if (!admit()) {
                connection.lane.revoke(); // whoever has refused it may not have come to that yet
            }
        } catch (Throwable t) {
            boolean news = deny() || !holds;
            connection.lane.revoke();
            ConnectFailures.Close close = endpoint.connectFailures.of(connection, t, news);
            connection.close(close.code(), close.reason());
        } finally {
            timer.cancel();
        }
        return null;
    }

    private void overdue() {
        if (deny()) {
            connection.lane.revoke();
            connection.endpoint.connectFailures.ofTime(connection);
            connection.close(1013, "not ready in time");
        }
        connection.lane.overdue(this); // the connection's end is told though this one goes on
    }

    @Override
    void refuse() {
        throw new IllegalStateException("the life cycle waits");
    }
}
