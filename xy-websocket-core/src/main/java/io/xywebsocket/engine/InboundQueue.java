package io.xywebsocket.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.xywebsocket.XyClock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Queues the calls and events of one peer and runs them in the protocol's order: events one after the other, a call
 * after all earlier events, calls side by side up to a limit.
 *
 * <p>One {@link DrainRun} at a time takes entries. A handler that blocks keeps its thread only: another drain run takes
 * over the queue. Thread-safe; no user code, executor or socket is called under the lock.
 */
final class InboundQueue {

    private static final Duration RETRY = Duration.ofMillis(20);

    /** The inbound entry whose handler makes outgoing calls. */
    record CallOrigin(InboundQueue inbound, InboundEntry entry) implements ThisThread.CallOrigin {

        @Override
        public boolean isFrom(String peerId) {
            return inbound.peerId.equals(peerId);
        }

        @Override
        public void onNestedCall() {
            inbound.onNestedCall(entry);
        }

        @Override
        public void onNestedCallEnded() {
            inbound.onNestedCallEnded(entry);
        }

        @Override
        public void onNestedAnswer() {
            inbound.onNestedAnswer();
        }
    }

    final EngineContext context;
    private final String peerId;
    private final ReceiveBuffer receiveBuffer;
    private final Outbound outbound;
    final CallsWithDeadline deadlines;

    @GuardedBy("this")
    private final InboundOrder queue;

    @GuardedBy("this")
    private final ThreadsOfPeer threads;

    @GuardedBy("this")
    private @Nullable DrainRun active;

    @GuardedBy("this")
    private XyClock.@Nullable Timer orderTimer;

    @GuardedBy("this")
    private boolean retrying;

    @GuardedBy("this")
    private boolean depthWatched;

    @GuardedBy("this")
    private boolean ended;

    /** @param peerId the peer that sends these calls and events */
    InboundQueue(EngineContext context, String peerId, ReceiveBuffer receiveBuffer, Outbound outbound) {
        this.peerId = peerId;
        this.context = context;
        this.receiveBuffer = receiveBuffer;
        this.outbound = outbound;
        this.threads = new ThreadsOfPeer(context.tasks().share, this::tryStartDrainRun);
        this.queue = new InboundOrder(context.limits().maxConcurrentCalls(), outbound, threads);
        this.deadlines = new CallsWithDeadline(this, queue.calls, receiveBuffer, context);
    }

    /** Queues the first entry without starting a drain run. */
    synchronized void addFirst(InboundEntry entry) {
        queue.add(entry);
    }

    void add(InboundEntry entry) {
        boolean late;
        synchronized (this) {
            late = ended;
            if (!late) {
                queue.add(entry);
                if (entry instanceof CallWithDeadline call) {
                    deadlines.add(call);
                }
            }
        }
        if (late) {
            receiveBuffer.release(entry.bytes);
        } else {
            startDrainRun();
        }
    }

    /** Discards all waiting entries of the peer, and later ones. */
    void discardWaiting() {
        List<InboundEntry> dropped;
        synchronized (this) {
            ended = true;
            dropped = queue.calls.takeAll();
            deadlines.end(dropped);
            dropped.addAll(queue.events.takeIf(event -> event.bytes > 0)); // keep the connect hook, which has no bytes
        }
        release(dropped);
    }

    private void release(List<InboundEntry> dropped) {
        receiveBuffer.release(dropped.stream().mapToLong(entry -> entry.bytes).sum());
        startDrainRun(); // the last entry may be next
    }

    private void handled(@Nullable InboundEntry done) {
        if (done != null && done.bytes > 0) {
            receiveBuffer.handled(done);
        }
    }

    /**
     * Queues the last entry. It runs once all listeners have returned or are overdue, and startable calls have started.
     */
    void addLast(InboundEntry entry) {
        boolean wakeOthers;
        synchronized (this) {
            queue.addLast(entry);
            wakeOthers = threads.onDisconnected(active);
        }
        if (wakeOthers) {
            context.tasks().share.wake();
        }
        startDrainRun();
    }

    /** Starts a drain run if an entry can start and no run is active. */
    void startDrainRun() {
        var unused = tryStartDrainRun();
    }

    private boolean tryStartDrainRun() {
        DrainRun run = null;
        List<InboundEntry> tooDeep = List.of();
        synchronized (this) {
            if (active != null || retrying) {
                watchActive();
                return false;
            }
            if (queue.startable(0) == null) {
                watchOrder();
                tooDeep = takeTooDeep();
            } else {
                run = new DrainRun(this, outbound);
                active = run;
            }
        }
        if (run == null) {
            refuseAsTooDeep(tooDeep);
            return false;
        }
        try {
            context.tasks().executor.execute(run);
        } catch (Throwable refusal) {
            context.tasks().failures.report(refusal);
            // the executor may already be closed during shutdown
            if (!context.isShuttingDown() || !context.tasks().executeElsewhere(run)) {
                run.refused();
            }
        }
        return true;
    }

    /**
     * Takes calls that may wait for their own callers, if the peer has not answered within the event-order timeout.
     */
    @GuardedBy("this")
    private List<InboundEntry> takeTooDeep() {
        if (!queue.mayBeTooDeep()) {
            return List.of();
        }
        long at = queue.unansweredSince() + context.timeouts().eventOrder().toNanos();
        if (context.clock().nanoTime() - at >= 0) {
            List<InboundEntry> taken = queue.takeTooDeep();
            taken.forEach(deadlines::remove);
            return taken;
        }
        if (!depthWatched) {
            depthWatched = true;
            context.clock().scheduleAt(() -> context.tasks().writers.execute(this::checkDepth), at);
        }
        return List.of();
    }

    private void checkDepth() {
        List<InboundEntry> taken;
        synchronized (this) {
            depthWatched = false;
            taken = takeTooDeep();
        }
        refuseAsTooDeep(taken);
    }

    private void refuseAsTooDeep(List<InboundEntry> calls) {
        for (InboundEntry call : calls) {
            receiveBuffer.release(call.bytes);
            call.refuseAsTooDeep();
        }
    }

    /** Refuses waiting calls, as many as the send queue has room for. Events wait for a retry. */
    void refuseCalls(DrainRun run) {
        int calls;
        boolean retry;
        synchronized (this) {
            if (active == run) {
                active = null;
            }
            calls = queue.calls.size();
            retry = !retrying && !queue.isEmpty();
            retrying |= retry;
        }
        for (InboundEntry call; calls-- > 0 && (call = takeToRefuse()) != null; ) {
            receiveBuffer.release(call.bytes);
            call.refuse();
        }
        if (retry) {
            context.clock().schedule(this::retry, RETRY);
        }
    }

    private @Nullable InboundEntry takeToRefuse() {
        if (outbound.isFullOfRefusals()) {
            return null;
        }
        synchronized (this) {
            InboundEntry call = queue.calls.poll();
            if (call != null) {
                deadlines.remove(call);
            }
            return call;
        }
    }

    private void retry() {
        synchronized (this) {
            retrying = false;
        }
        startDrainRun();
    }

    /**
     * Returns the next entry for a drain run.
     *
     * @param done the entry just finished; null at the start of a run, or if a stage will finish it
     * @return null if nothing can start or another drain run is active
     */
    @Nullable
    InboundEntry next(DrainRun run, @Nullable InboundEntry done) {
        InboundEntry entry;
        boolean wakeOthers;
        List<InboundEntry> dropped = List.of();
        List<InboundEntry> tooDeep = List.of();
        synchronized (this) {
            finish(done);
            run.entered = null;
            wakeOthers = threads.release(run);
            boolean others = active != null && active != run;
            entry = others ? null : queue.startable(1);
            if (others) {
                watchActive();
            } else if (entry == null) {
                active = null;
                watchOrder();
                tooDeep = takeTooDeep();
            } else {
                active = run;
                dropped = start(entry);
                run.entered = entry;
                threads.begin(run, entry);
                wakeOthers &= run.group == null;
                run.steps++;
                if (run.steps > 1) {
                    context.watch().arm(run); // its earlier answers are not written yet
                } else {
                    watchActive();
                }
            }
        }
        if (wakeOthers) {
            context.tasks().share.wake();
        }
        if (entry == null) {
            handled(done);
            refuseAsTooDeep(tooDeep);
            return null;
        }
        receiveBuffer.started(entry, done);
        if (!dropped.isEmpty()) {
            release(dropped);
        }
        if (entry.mayBlock()) {
            handOver(run);
        }
        return entry;
    }

    /** Ends a drain run that has used its batch; another one continues behind the tasks that wait for a thread. */
    void yieldThread(DrainRun run, @Nullable InboundEntry done) {
        handled(done);
        synchronized (this) {
            finish(done);
            var unused = threads.release(run); // DrainRun wakes others when it ends
            if (active == run) {
                active = null;
            }
        }
        startDrainRun();
        outbound.schedule();
    }

    /** Finishes an entry whose stage has completed. Called on any thread. */
    void onStageComplete(InboundEntry entry) {
        handled(entry);
        synchronized (this) {
            finish(entry);
        }
        startDrainRun();
    }

    /** Lets calls pass a running event whose handler has called a peer or returned an incomplete stage. */
    void letCallsPass(InboundEntry entry) {
        synchronized (this) {
            if (entry.isCall) {
                deadlines.onReturned(entry);
            }
            if (entry.passed || entry.isCall || !entry.canBePassed()) {
                return;
            }
            entry.passed = true;
        }
        startDrainRun();
    }

    /** The entry has started a call to its own peer. */
    private synchronized void onNestedCall(InboundEntry entry) {
        queue.onNestedCall(entry, context.clock().nanoTime());
    }

    /** The peer has answered such a call. */
    private synchronized void onNestedAnswer() {
        queue.onNestedAnswer(context.clock().nanoTime());
    }

    /** Such a call has ended. */
    private synchronized void onNestedCallEnded(InboundEntry entry) {
        queue.onNestedCallEnded(entry);
    }

    /** Hands the queue over to another drain run, before this one blocks. A writer sends its answers so far. */
    void handOver(DrainRun run) {
        synchronized (this) {
            if (active == run) {
                active = null;
                threads.hold(run);
            }
        }
        startDrainRun();
        outbound.schedule();
    }

    /** Called about every millisecond. A drain run still inside the same handler hands over the queue. */
    boolean check(DrainRun run) {
        InboundEntry inside;
        synchronized (this) {
            if (active == run && run.steps != run.stepsAtLastCheck) {
                run.stepsAtLastCheck = run.steps;
                return true;
            }
            run.watched = false;
            inside = run.steps == run.stepsAtLastCheck ? run.entered : null;
        }
        if (inside != null && run.isWaiting()) {
            inside.onBlocked();
        }
        handOver(run);
        return false;
    }

    synchronized boolean isIdle() {
        return queue.isIdle();
    }

    /** Starts an entry; returns the waiting calls that this discards. */
    @GuardedBy("this")
    private List<InboundEntry> start(InboundEntry entry) {
        List<InboundEntry> dropped = List.of();
        if (entry.isLast) {
            ended = true;
            dropped = queue.calls.takeAll();
            deadlines.end(dropped);
        }
        queue.start(entry, context.clock().nanoTime());
        return dropped;
    }

    @GuardedBy("this")
    private void finish(@Nullable InboundEntry entry) {
        if (entry == null || entry.finished) {
            return;
        }
        if (entry.isCall) {
            deadlines.remove(entry);
        } else if (queue.isRunning(entry) && orderTimer != null) {
            orderTimer.cancel();
            orderTimer = null;
        }
        queue.finish(entry);
    }

    /** Watches the active drain run while entries wait, unless it waits for a thread itself. */
    @GuardedBy("this")
    private void watchActive() {
        if (active != null && active.steps > 0 && !queue.isEmpty()) {
            context.watch().arm(active);
        }
    }

    /** Bounds the time for which a running listener holds up other entries. */
    @GuardedBy("this")
    private void watchOrder() {
        InboundEntry event = queue.runningEventInTheWay();
        if (event == null || event.overdue || orderTimer != null || !event.canBePassed()) {
            return;
        }
        long at = event.startedAt + context.timeouts().eventOrder().toNanos();
        orderTimer = context.clock().scheduleAt(() -> overdue(event), at);
    }

    /** Ends the wait for a listener that exceeded the event-order timeout. */
    void overdue(InboundEntry event) {
        synchronized (this) {
            if (!queue.isRunning(event)) {
                return;
            }
            orderTimer = null;
            event.passed = true;
            event.overdue = true;
        }
        startDrainRun();
    }
}
