package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Runs the listeners of "connected" before anything that the peer sends. If one of them throws, closes the peer or
 * exceeds the call timeout, the connection ends and nothing of the peer runs. Thread-safe.
 */
final class ConnectHook extends InboundEntry {

    private enum State {
        /** Listeners have not returned yet. */
        PENDING,
        ADMITTED,
        REFUSED
    }

    private static final XyClock.Timer NO_TIMER = () -> {};

    private final Connection connection;
    private final boolean holds;

    // written under the lock
    private volatile State state;

    @GuardedBy("this")
    private int notified;

    @GuardedBy("this")
    private boolean notificationsEnded;

    @GuardedBy("this")
    private boolean closedEarly;

    /** @param holds whether all entries of the peer wait; otherwise calls pass it as they pass any listener */
    ConnectHook(Connection connection, boolean holds) {
        super(false, 0);
        this.connection = connection;
        this.holds = holds;
        this.state = holds ? State.PENDING : State.ADMITTED;
    }

    boolean isAdmitted() {
        return state == State.ADMITTED;
    }

    /** Refuses the peer unless that is already decided. Returns whether it was pending. */
    synchronized boolean deny() {
        boolean pending = state == State.PENDING;
        state = pending ? State.REFUSED : state;
        return pending;
    }

    private synchronized boolean admit() {
        state = state == State.PENDING ? State.ADMITTED : state;
        return isAdmitted();
    }

    /** Returns whether to notify the next listener, which is then notified of the end too. */
    synchronized boolean notifiesNext() {
        boolean notifies = (state != State.REFUSED || closedEarly || notified == 0) && !notificationsEnded;
        notified += notifies ? 1 : 0;
        return notifies;
    }

    /** Ends the notifications. Returns the number of listeners notified. */
    synchronized int endNotifications() {
        notificationsEnded = true;
        return notified;
    }

    @Override
    boolean isConnecting() {
        return true;
    }

    @Override
    boolean canBePassed() {
        return !holds;
    }

    /** Notes an early close: if no listener could refuse the peer yet, all are notified of it. */
    private synchronized void begin() {
        closedEarly = state == State.REFUSED;
    }

    @Override
    @Nullable
    CompletionStage<?> run() {
        begin();
        EngineContext context = connection.context();
        XyClock.Timer timer = holds
                ? context.clock().schedule(this::overdue, context.timeouts().call())
                : NO_TIMER;
        try {
            context.listener().connected(connection.peer);
            if (!admit()) {
                connection.inbound.discardWaiting(); // the thread that refused it may not have done so yet
            } else {
                timer.cancel(); // listeners of presence may take longer
                connection.membership.announce();
            }
        } catch (Throwable t) {
            boolean isReason = deny() || !holds;
            connection.inbound.discardWaiting();
            ConnectFailures.Close close = context.connectFailures().of(connection.peer, t, isReason);
            connection.close(close.code(), close.reason());
        } finally {
            timer.cancel();
        }
        return null;
    }

    private void overdue() {
        if (deny()) {
            connection.inbound.discardWaiting();
            connection.context().connectFailures().onTimeout(connection.peer);
            connection.close(1013, "not ready in time");
        }
        connection.inbound.overdue(this); // "disconnected" must not wait for the listener
    }
}
