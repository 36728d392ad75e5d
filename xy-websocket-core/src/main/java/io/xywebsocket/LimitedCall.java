package io.xywebsocket;

import io.xywebsocket.protocol.Frame;
import io.xywebsocket.transport.LogText;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call whose caller has said how long it waits, and may give it up before that. Stopping it and its own end exclude each other: whoever
 * changes the state first has it, and the handler's thread goes on only when an interrupt that was meant for it has come.
 */
final class LimitedCall extends CallEntry {

    private enum State {
        /** The handler has not begun. */
        WAITING,
        /** A thread is inside the handler. */
        RUNNING,
        /** The handler has returned a stage. */
        UNFINISHED,
        /** The answer is the burst's, or the stage's, to give. */
        SETTLED,
        /** The handler's thread is about to be interrupted. */
        INTERRUPTING,
        /** There will be no answer. */
        STOPPED
    }

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    private static final AtomicReferenceFieldUpdater<LimitedCall, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(LimitedCall.class, State.class, "state");

    final long deadline;

    // guarded by the lane, see LimitedCalls
    boolean listed;

    @Nullable
    LimitedCall previous;

    @Nullable
    LimitedCall next;

    private volatile State state = State.WAITING;

    // written before the state that makes it known
    private @Nullable Thread thread;

    /** What the handler does after it has returned, if that can be stopped. */
    private volatile @Nullable XyCancellableFuture<?> work;

    /** It does nothing that can, though an interceptor's stage goes on. */
    private volatile boolean withoutWork;

    LimitedCall(Connection connection, Frame.Call call, int bytes) {
        super(connection, call, bytes);
        this.deadline = connection.endpoint.clock.nanoTime() + call.ttl() * 1_000_000;
    }

    @Override
    @Nullable
    CompletionStage<?> run() {
        thread = Thread.currentThread();
        return become(State.WAITING, State.RUNNING) ? super.run() : null;
    }

    @Override
    boolean leave(@Nullable CompletionStage<?> unfinished) {
        // if there is some already it is the handler's, and this an interceptor's that comes of it
        if (work == null && unfinished instanceof XyCancellableFuture<?> own) {
            work = own;
        }
        if (become(State.RUNNING, unfinished == null ? State.SETTLED : State.UNFINISHED)) {
            return true;
        }
        awaitInterrupt();
        XyExecutor.clearOwnInterrupt();
        cancelWork();
        return false;
    }

    /** An interceptor has been given this by the handler, whatever it makes of it itself. Called by any thread. */
    void returned(@Nullable Object result) {
        if (result instanceof XyCancellableFuture<?> handlersOwn) {
            work = handlersOwn;
            if (state == State.STOPPED) {
                endpoint().executeAlways(this::cancelWork);
            }
        } else {
            withoutWork = true;
            if (state == State.UNFINISHED) {
                lane().past(this);
            }
        }
    }

    /** Whether its handler has not begun, nor been told not to. */
    boolean isWaiting() {
        return state == State.WAITING;
    }

    /** Whether only a stage is left that can't be cancelled. An interceptor may still call a handler that returns one that can. */
    boolean isOutOfReach() {
        return state == State.UNFINISHED && work == null && (withoutWork || endpoint().interceptors == null);
    }

    /** It is between two instructions of another thread. */
    @SuppressWarnings("ThreadPriorityCheck")
    private void awaitInterrupt() {
        while (state == State.INTERRUPTING) {
            Thread.yield();
        }
    }

    @Override
    boolean settles() {
        return become(State.UNFINISHED, State.SETTLED);
    }

    /**
     * Tells the handler to stop, and has whatever comes of it dropped. Runs no user code on the calling thread; not to be called with a
     * lock.
     *
     * @return false if the call has been settled, or stopped, before
     */
    boolean stop() {
        if (become(State.WAITING, State.STOPPED)) {
            return true;
        }
        Thread inside = thread;
        if (inside != null && become(State.RUNNING, State.INTERRUPTING)) {
            try {
                inside.interrupt();
            } catch (RuntimeException e) {
                LogText.quietly(() -> log.warn("A handler's thread can't be interrupted", LogText.of(e)));
            } finally {
                state = State.STOPPED; // or the handler's thread would wait for ever
            }
            return true;
        }
        if (!become(State.UNFINISHED, State.STOPPED)) {
            return false;
        }
        if (work != null) {
            endpoint().executeAlways(this::cancelWork); // its dependents are user code
        }
        return true;
    }

    private boolean become(State from, State to) {
        return STATE.compareAndSet(this, from, to);
    }

    private void cancelWork() {
        XyCancellableFuture<?> own = work;
        if (own != null) {
            own.cancel(true);
        }
    }

    /** How long the caller still waits; nothing if it doesn't. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - endpoint().clock.nanoTime()));
    }

    @Override
    Duration within(Duration timeout) {
        Duration left = left();
        return left.compareTo(timeout) < 0 ? left : timeout;
    }
}
