package io.xywebsocket.engine;

import io.xywebsocket.XyCancellableFuture;
import io.xywebsocket.concurrent.XyExecutor;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call with a {@code ttl}, which its caller may cancel. A single state change decides between stopping it and its
 * end; the handler's thread continues only after an interrupt that was meant for it.
 */
final class CallWithDeadline extends CallEntry implements ThisThread.ResultListener {

    private enum State {
        /** The handler has not started. */
        WAITING,
        /** A thread is inside the handler. */
        RUNNING,
        /** The handler has returned a stage. */
        UNFINISHED,
        /** The drain run or the stage gives the answer. */
        SETTLED,
        /** The handler's thread is about to be interrupted. */
        INTERRUPTING,
        /** No answer follows. */
        STOPPED
    }

    private static final Logger log = LoggerFactory.getLogger(CallWithDeadline.class);

    private static final AtomicReferenceFieldUpdater<CallWithDeadline, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(CallWithDeadline.class, State.class, "state");

    final long deadline;

    // guarded by the inbound queue, see CallsWithDeadline
    boolean listed;

    @Nullable
    CallWithDeadline previous;

    @Nullable
    CallWithDeadline next;

    private volatile State state = State.WAITING;

    // written before state becomes RUNNING
    private @Nullable Thread thread;

    /** The handler's cancellable stage. */
    private volatile @Nullable XyCancellableFuture<?> cancellable;

    /** Whether the handler has returned anything else, though an interceptor's stage may be incomplete. */
    private volatile boolean uncancellable;

    CallWithDeadline(Caller caller, Frame.Call call, int bytes) {
        super(caller, call, bytes);
        this.deadline = caller.context().clock().nanoTime() + call.ttl() * 1_000_000;
    }

    @Override
    @Nullable
    CompletionStage<?> run() {
        thread = Thread.currentThread();
        return transition(State.WAITING, State.RUNNING) ? super.run() : null;
    }

    @Override
    boolean onReturn(@Nullable CompletionStage<?> unfinished) {
        // an earlier one is the handler's own; this one derives from it
        if (cancellable == null && unfinished instanceof XyCancellableFuture<?> own) {
            cancellable = own;
        }
        if (transition(State.RUNNING, unfinished == null ? State.SETTLED : State.UNFINISHED)) {
            return true;
        }
        awaitInterrupt();
        XyExecutor.clearOwnInterrupt();
        cancelStage();
        return false;
    }

    /** Receives the handler's own result, before interceptors change it. Called on any thread. */
    @Override
    public void onResult(@Nullable Object result) {
        if (result instanceof XyCancellableFuture<?> own) {
            cancellable = own;
            if (state == State.STOPPED) {
                context().tasks().executeAlways(this::cancelStage);
            }
        } else {
            uncancellable = true;
            if (state == State.UNFINISHED) {
                letCallsPass();
            }
        }
    }

    /** Returns whether the handler may still start. */
    boolean isWaiting() {
        return state == State.WAITING;
    }

    /** Returns whether only a stage is left that can't be cancelled, and no interceptor may call another handler. */
    boolean isUnstoppable() {
        return state == State.UNFINISHED
                && cancellable == null
                && (uncancellable || context().interceptors() == null);
    }

    /** Spins while another thread is between two instructions. */
    @SuppressWarnings("ThreadPriorityCheck")
    private void awaitInterrupt() {
        while (state == State.INTERRUPTING) {
            Thread.yield();
        }
    }

    @Override
    boolean onStageComplete() {
        return transition(State.UNFINISHED, State.SETTLED);
    }

    /**
     * Stops the handler and discards its answer. Runs no user code on the calling thread, which holds no lock.
     *
     * @return false if the call has been settled or stopped before
     */
    boolean stop() {
        if (transition(State.WAITING, State.STOPPED)) {
            return true;
        }
        Thread inside = thread;
        if (inside != null && transition(State.RUNNING, State.INTERRUPTING)) {
            try {
                inside.interrupt();
            } catch (RuntimeException e) {
                LogText.quietly(() -> log.warn("A handler's thread can't be interrupted", LogText.of(e)));
            } finally {
                state = State.STOPPED; // else the handler's thread would spin for ever
            }
            return true;
        }
        if (!transition(State.UNFINISHED, State.STOPPED)) {
            return false;
        }
        if (cancellable != null) {
            context().tasks().executeAlways(this::cancelStage); // its dependents are user code
        }
        return true;
    }

    private boolean transition(State from, State to) {
        return STATE.compareAndSet(this, from, to);
    }

    private void cancelStage() {
        XyCancellableFuture<?> own = cancellable;
        if (own != null) {
            own.cancel(true);
        }
    }

    /** Returns how long the caller still waits; zero after the deadline. */
    Duration timeLeft() {
        return Duration.ofNanos(Math.max(0, deadline - context().clock().nanoTime()));
    }

    @Override
    Duration limit(Duration timeout) {
        Duration left = timeLeft();
        return left.compareTo(timeout) < 0 ? left : timeout;
    }
}
