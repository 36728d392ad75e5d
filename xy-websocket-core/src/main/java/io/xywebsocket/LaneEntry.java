package io.xywebsocket;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Something that a peer has sent and that is to be handled. */
abstract class LaneEntry {

    /** What an entry costs beside its payload. Without it a flood of tiny frames would take a multiple of the buffer's bound. */
    private static final int OVERHEAD = 200;

    final boolean isCall;

    /** How much of the receive buffer it takes until it has been handled. */
    final int bytes;

    // guarded by the receive buffer's gate
    boolean released;

    // guarded by the lane
    long order;
    long startedAt;
    boolean past;
    boolean overdue;
    boolean finished;
    boolean isLast;

    /** How many of its calls to the very peer that has sent it wait for their answers. */
    int questions;

    /** @param frameBytes what its frame has, of which its payload is a part; 0 for one that hasn't come from the peer */
    LaneEntry(boolean isCall, int frameBytes) {
        this.isCall = isCall;
        this.bytes = frameBytes == 0 ? 0 : frameBytes + OVERHEAD;
    }

    /** Whether an earlier event, running or waiting, holds this call up. */
    final boolean isBehind(@Nullable LaneEntry event) {
        return event != null && !event.past && event.order < order;
    }

    /** Whether a stage can be joined without waiting. Only of the plain kind, and ours: the JDK's own minimal stages refuse the question. */
    static boolean isDone(CompletionStage<?> stage) {
        Class<?> kind = stage.getClass();
        return (kind == CompletableFuture.class || kind == XyCancellableFuture.class)
                && ((CompletableFuture<?>) stage).isDone();
    }

    /** Runs the handler. Returns a stage if it is finished only with that, else null. Doesn't throw. */
    abstract @Nullable CompletionStage<?> run();

    /** How long a call that the handler makes may take, which would have this timeout. */
    Duration within(Duration timeout) {
        return timeout;
    }

    /** Whether it had better not hold up what is behind it. Asked once, when it is about to start. */
    boolean mayBlock() {
        return false;
    }

    /** Whether calls need not wait for it any longer once it asks a peer or has been running for long. */
    boolean isPassable() {
        return true;
    }

    /** It has been running for a millisecond. */
    void blocks() {}

    /** Nobody can run it. */
    abstract void refuse();

    /** It would wait for what itself waits for this peer. */
    void refuseAsTooDeep() {
        throw new IllegalStateException("only calls are");
    }
}
