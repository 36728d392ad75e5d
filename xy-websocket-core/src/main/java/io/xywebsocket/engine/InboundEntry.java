package io.xywebsocket.engine;

import io.xywebsocket.XyCancellableFuture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A call or event of a peer, or a life cycle notification in order with these. */
abstract class InboundEntry {

    /** Bytes per entry beside its frame; otherwise a flood of tiny frames would exceed the bound many times. */
    private static final int OVERHEAD = 200;

    final boolean isCall;

    /** Bytes in the receive buffer until the entry has been handled. */
    final int bytes;

    // guarded by the receive buffer
    boolean released;

    // guarded by the inbound queue
    long order;
    long startedAt;
    boolean passed;
    boolean overdue;
    boolean finished;
    boolean isLast;

    /** Unfinished calls of its handler to the peer that sent it. */
    int nestedCalls;

    /** @param frameBytes the size of the frame; 0 for an entry that did not come from the peer */
    InboundEntry(boolean isCall, int frameBytes) {
        this.isCall = isCall;
        this.bytes = frameBytes == 0 ? 0 : frameBytes + OVERHEAD;
    }

    /** Returns whether an earlier event holds up this call. */
    final boolean isBehind(@Nullable InboundEntry event) {
        return event != null && !event.passed && event.order < order;
    }

    /** Returns whether a stage can be joined without waiting. The JDK's minimal stages reject that question. */
    static boolean isDone(CompletionStage<?> stage) {
        Class<?> kind = stage.getClass();
        return (kind == CompletableFuture.class || kind == XyCancellableFuture.class)
                && ((CompletableFuture<?>) stage).isDone();
    }

    /** Returns whether the peer has not been admitted yet. */
    boolean isConnecting() {
        return false;
    }

    /** Runs the handler; never throws. Returns the stage that will finish the entry, or null if it has finished. */
    abstract @Nullable CompletionStage<?> run();

    /** Limits the timeout of a call that the handler makes. */
    Duration limit(Duration timeout) {
        return timeout;
    }

    /**
     * Returns whether the handler may block, so that another drain run should take over. Called once, at the start.
     */
    boolean mayBlock() {
        return false;
    }

    /** Returns whether later calls may start while the handler waits for a peer or runs for long. */
    boolean canBePassed() {
        return true;
    }

    /** The handler has been seen to block. */
    void onBlocked() {}

    /** Answers that no thread is available. */
    void refuse() {
        throw new IllegalStateException("only calls are");
    }

    /** Answers that the call would wait for its own caller. */
    void refuseAsTooDeep() {
        throw new IllegalStateException("only calls are");
    }
}
