package io.xywebsocket.engine;

import io.xywebsocket.concurrent.FairShare;
import io.xywebsocket.concurrent.XyExecutor;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the entries of an {@link InboundQueue} on one thread, handler after handler, then writes all answers at once.
 */
final class DrainRun extends WatchedRun implements XyExecutor.Refusable, ThisThread.Run {

    private static final Logger log = LoggerFactory.getLogger(DrainRun.class);

    /** Queued bytes of answers from which a larger batch saves nothing. */
    private static final int WRITE_THRESHOLD = 16 << 10;

    /** Handlers per run: then the thread serves other peers. */
    private static final int BATCH = 64;

    private final InboundQueue inbound;
    private final Outbound outbound;

    // guarded by the inbound queue
    @Nullable
    InboundEntry entered;

    /** Whether a handler keeps the thread after the queue was handed over. */
    boolean keepsThread;

    /** The group that the running entry counts in. */
    FairShare.@Nullable Group group;

    private volatile @Nullable Thread thread;

    // confined to the drain run's thread
    private @Nullable InboundEntry running;
    private boolean interrupted;

    DrainRun(InboundQueue inbound, Outbound outbound) {
        this.inbound = inbound;
        this.outbound = outbound;
    }

    // ---- for the handler that runs, on its thread

    @Override
    public Duration onOutgoingCall(Duration timeout) {
        InboundEntry entry = running;
        if (entry == null) {
            return timeout;
        }
        inbound.letCallsPass(entry);
        return entry.limit(timeout);
    }

    @Override
    public ThisThread.@Nullable CallOrigin origin() {
        InboundEntry entry = running;
        return entry == null ? null : new InboundQueue.CallOrigin(inbound, entry);
    }

    @Override
    public @Nullable Duration timeLeft() {
        return running instanceof CallWithDeadline call ? call.timeLeft() : null;
    }

    @Override
    public ThisThread.@Nullable ResultListener resultListener() {
        return running instanceof CallWithDeadline call ? call : null;
    }

    @Override
    public void beforeBlocking() {
        inbound.handOver(this);
    }

    @Override
    public void onListenerReturned() {
        stashInterrupt();
    }

    @Override
    public boolean belongsTo(Tasks tasks) {
        return inbound.context.tasks() == tasks;
    }

    // ---- the run

    @Override
    public void run() {
        try {
            handleAll();
            write();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void handleAll() {
        thread = Thread.currentThread();
        FairShare share = inbound.context.tasks().share;
        share.enter();
        try {
            ThisThread.runs(this, this::handleEntries);
        } finally {
            share.exit();
        }
    }

    private void handleEntries() {
        InboundEntry done = null;
        int handled = 0;
        for (InboundEntry entry; (entry = inbound.next(this, done)) != null; ) {
            done = handle(entry);
            XyExecutor.noteProgress();
            if (outbound.holdsAtLeast(WRITE_THRESHOLD)) {
                outbound.drain();
            }
            if (++handled == BATCH) {
                inbound.yieldThread(this, done);
                return;
            }
        }
    }

    private void write() {
        stashInterrupt();
        outbound.drain();
    }

    /** Runs a handler. Returns the entry if it has finished, null if its stage will finish it. */
    private @Nullable InboundEntry handle(InboundEntry entry) {
        running = entry;
        try {
            CompletionStage<?> unfinished = entry.run();
            if (unfinished == null) {
                return entry;
            }
            inbound.letCallsPass(entry);
            unfinished.whenComplete((result, error) -> inbound.onStageComplete(entry));
            return null;
        } catch (Throwable t) {
            // reporting an outcome failed; the queue must continue
            LogText.quietly(() -> log.error("A handler's outcome could not be reported", LogText.of(t)));
            return entry;
        } finally {
            stashInterrupt();
            running = null;
        }
    }

    /** Clears an interrupt flag that a handler left; foreign threads get it back at the end of the run. */
    private void stashInterrupt() {
        interrupted |= XyExecutor.takeInterrupt();
    }

    /** Refuses the calls on a writer, as many may wait and this is the clock's thread. */
    @Override
    public void refused() {
        inbound.context.tasks().writers.execute(() -> inbound.refuseCalls(this));
    }

    /** Returns whether the thread waits in Java, as opposed to computing or being descheduled. */
    boolean isWaiting() {
        Thread runner = thread;
        return runner != null && runner.getState() != Thread.State.RUNNABLE;
    }

    @Override
    boolean check() {
        return inbound.check(this);
    }
}
