package io.xywebsocket;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one peer has sent and is to be handled, in the protocol's order: events one after the other; a call once every
 * earlier event is past; calls side by side up to a limit.
 *
 * <p>One {@link Burst} at a time works the lane off. A handler that blocks keeps its thread, not the lane: another burst takes over.
 * Thread-safe; its lock is never held while user code runs, an executor is asked or a socket written.
 */
final class Lane {

    private static final Duration RETRY = Duration.ofMillis(20);

    final XyEndpoint endpoint;
    private final ReadGate gate;
    private final Outbound outbound;
    final LimitedCalls limited;

    // all guarded by this
    private final LaneQueue queue;
    private final ThreadsOfPeer threads;
    private @Nullable Burst active;
    private XyClock.@Nullable Timer orderTimer;
    private boolean retrying;
    private boolean depthWatched;
    private boolean ended;

    Lane(XyEndpoint endpoint, ReadGate gate, Outbound outbound) {
        this.endpoint = endpoint;
        this.gate = gate;
        this.outbound = outbound;
        this.threads = new ThreadsOfPeer(endpoint.share, this::begin);
        this.queue = new LaneQueue(endpoint.limits.maxConcurrentCalls(), outbound, threads);
        this.limited = new LimitedCalls(this, queue.calls, gate, endpoint);
    }

    /** Queues the first entry; {@link #workOff} starts it. */
    synchronized void addFirst(LaneEntry entry) {
        queue.add(entry);
    }

    void add(LaneEntry entry) {
        boolean late;
        synchronized (this) {
            late = ended;
            if (!late) {
                queue.add(entry);
                if (entry instanceof LimitedCall call) {
                    limited.add(call);
                }
            }
        }
        if (late) {
            gate.release(entry.bytes);
        } else {
            workOff();
        }
    }

    /** Nothing that the peer has sent starts any more. */
    void revoke() {
        List<LaneEntry> dropped;
        synchronized (this) {
            ended = true;
            dropped = queue.calls.takeAll();
            limited.end(dropped);
            dropped.addAll(queue.events.takeIf(event -> event.bytes > 0)); // "connected" is ours
        }
        release(dropped);
    }

    private void release(List<LaneEntry> dropped) {
        gate.release(dropped.stream().mapToLong(entry -> entry.bytes).sum());
        workOff(); // what was behind it may be the farewell
    }

    private void handled(@Nullable LaneEntry done) {
        if (done != null && done.bytes > 0) {
            gate.handled(done);
        }
    }

    /**
     * The last entry: runs when all listeners are finished or have had their time, and the calls that may run have begun, whatever these are
     * still doing.
     */
    void addLast(LaneEntry entry) {
        boolean left;
        synchronized (this) {
            queue.addLast(entry);
            left = threads.leave(active);
        }
        if (left) {
            endpoint.share.wake();
        }
        workOff();
    }

    /** Starts a burst if there is something to do and nobody does it. */
    void workOff() {
        var unused = begin();
    }

    private boolean begin() {
        Burst burst = null;
        List<LaneEntry> tooDeep = List.of();
        synchronized (this) {
            if (active != null || retrying) {
                watchActive();
                return false;
            }
            if (queue.startable(0) == null) {
                watchOrder();
                tooDeep = takeTooDeep();
            } else {
                burst = new Burst(this, outbound);
                active = burst;
            }
        }
        if (burst == null) {
            refuseAsTooDeep(tooDeep);
            return false;
        }
        try {
            endpoint.executor.execute(burst);
        } catch (Throwable refusal) {
            endpoint.executorFailures.report(refusal);
            // while we go down the executor may have gone down before, and refuse for good
            if (!endpoint.isShuttingDown() || !endpoint.executeElsewhere(burst)) {
                burst.refused();
            }
        }
        return true;
    }

    /** Calls that may wait for themselves are refused once their peer, which may only be about to answer, has answered nothing for a while. */
    private List<LaneEntry> takeTooDeep() {
        if (!queue.mayBeTooDeep()) {
            return List.of();
        }
        long at = queue.unansweredSince() + endpoint.timeouts.eventOrder().toNanos();
        if (endpoint.clock.nanoTime() - at >= 0) {
            List<LaneEntry> taken = queue.takeTooDeep();
            taken.forEach(limited::remove);
            return taken;
        }
        if (!depthWatched) {
            depthWatched = true;
            endpoint.clock.scheduleAt(() -> endpoint.writers.execute(this::lookAtDepth), at);
        }
        return List.of();
    }

    private void lookAtDepth() {
        List<LaneEntry> taken;
        synchronized (this) {
            depthWatched = false;
            taken = takeTooDeep();
        }
        refuseAsTooDeep(taken);
    }

    private void refuseAsTooDeep(List<LaneEntry> calls) {
        for (LaneEntry call : calls) {
            gate.release(call.bytes);
            call.refuseAsTooDeep();
        }
    }

    /**
     * The executor has no thread for us: calls are refused, as many as the peer has room to be told so, the others next time. Events wait, and so
     * does the wire when the receive buffer is full.
     */
    void refused(Burst burst) {
        int calls;
        boolean retry;
        synchronized (this) {
            if (active == burst) {
                active = null;
            }
            calls = queue.calls.size();
            retry = !retrying && !queue.isEmpty();
            retrying |= retry;
        }
        for (LaneEntry call; calls-- > 0 && (call = takeToRefuse()) != null; ) {
            gate.release(call.bytes);
            call.refuse();
        }
        if (retry) {
            endpoint.clock.schedule(this::retry, RETRY);
        }
    }

    private @Nullable LaneEntry takeToRefuse() {
        if (outbound.isFullOfRefusals()) {
            return null;
        }
        synchronized (this) {
            LaneEntry call = queue.calls.poll();
            if (call != null) {
                limited.remove(call);
            }
            return call;
        }
    }

    private void retry() {
        synchronized (this) {
            retrying = false;
        }
        workOff();
    }

    /**
     * What a burst does next.
     *
     * @param done what it has just finished; null at its start, and if that will be finished later
     * @return null if there is nothing to do for this burst: somebody else works the lane off, or nobody needs to
     */
    @Nullable
    LaneEntry next(Burst burst, @Nullable LaneEntry done) {
        LaneEntry entry;
        boolean left;
        List<LaneEntry> dropped = List.of();
        List<LaneEntry> tooDeep = List.of();
        synchronized (this) {
            finish(done);
            burst.entered = null;
            left = threads.release(burst);
            boolean others = active != null && active != burst;
            entry = others ? null : queue.startable(1);
            if (others) {
                watchActive();
            } else if (entry == null) {
                active = null;
                watchOrder();
                tooDeep = takeTooDeep();
            } else {
                active = burst;
                dropped = start(entry);
                burst.entered = entry;
                threads.begin(burst, entry);
                left &= burst.group == null;
                burst.steps++;
                if (burst.steps > 1) {
                    endpoint.watch.arm(burst); // its earlier answers are not written yet
                } else {
                    watchActive();
                }
            }
        }
        if (left) {
            endpoint.share.wake();
        }
        if (entry == null) {
            handled(done);
            refuseAsTooDeep(tooDeep);
            return null;
        }
        gate.started(entry, done);
        if (!dropped.isEmpty()) {
            release(dropped);
        }
        if (entry.mayBlock()) {
            leave(burst);
        }
        return entry;
    }

    /** The burst has had its turn: what is left is for another, behind whoever waits for a thread. */
    void giveWay(Burst burst, @Nullable LaneEntry done) {
        handled(done);
        synchronized (this) {
            finish(done);
            var unused = threads.release(burst); // the burst ends, and wakes others then
            if (active == burst) {
                active = null;
            }
        }
        workOff();
        outbound.schedule();
    }

    /** An entry that a stage has finished, on whatever thread that was. */
    void finished(LaneEntry entry) {
        handled(entry);
        synchronized (this) {
            finish(entry);
        }
        workOff();
    }

    /** The handler has called a peer, or returned an unfinished stage: an event holds up no calls any more. */
    void past(LaneEntry entry) {
        synchronized (this) {
            if (entry.isCall) {
                limited.returned(entry);
            }
            if (entry.past || entry.isCall || !entry.isPassable()) {
                return;
            }
            entry.past = true;
        }
        workOff();
    }

    /** An entry, running or not, has asked the very peer of this lane something. */
    synchronized void asks(LaneEntry entry) {
        queue.asks(entry, endpoint.clock.nanoTime());
    }

    /** The peer has answered one of those. */
    synchronized void peerHasAnswered() {
        queue.peerHasAnswered(endpoint.clock.nanoTime());
    }

    /** That is over. */
    synchronized void hasAnswer(LaneEntry entry) {
        queue.hasAnswer(entry);
    }

    /** The burst is about to block, so somebody else may take over. What it has answered so far is written by others. */
    void leave(Burst burst) {
        synchronized (this) {
            if (active == burst) {
                active = null;
                threads.hold(burst);
            }
        }
        workOff();
        outbound.schedule();
    }

    /** Asked about every millisecond: a burst inside one handler since the last time loses the lane, and is watched no more. */
    boolean check(Burst burst) {
        LaneEntry inside;
        synchronized (this) {
            if (active == burst && burst.steps != burst.stepsAtLastCheck) {
                burst.stepsAtLastCheck = burst.steps;
                return true;
            }
            burst.watched = false;
            inside = burst.steps == burst.stepsAtLastCheck ? burst.entered : null;
        }
        if (inside != null && burst.isWaiting()) {
            inside.blocks();
        }
        leave(burst);
        return false;
    }

    synchronized boolean isIdle() {
        return queue.isIdle();
    }

    /** Returns what is dropped for good with it. */
    private List<LaneEntry> start(LaneEntry entry) {
        List<LaneEntry> dropped = List.of();
        if (entry.isLast) {
            ended = true;
            dropped = queue.calls.takeAll();
            limited.end(dropped);
        }
        queue.start(entry, endpoint.clock.nanoTime());
        return dropped;
    }

    private void finish(@Nullable LaneEntry entry) {
        if (entry == null || entry.finished) {
            return;
        }
        if (entry.isCall) {
            limited.remove(entry);
        } else if (queue.isRunning(entry) && orderTimer != null) {
            orderTimer.cancel();
            orderTimer = null;
        }
        queue.finish(entry);
    }

    /**
     * While something waits, the burst at work must not keep the lane from inside one handler. One that waits for a thread is no
     * better off as another.
     */
    private void watchActive() {
        if (active != null && active.steps > 0 && !queue.isEmpty()) {
            endpoint.watch.arm(active);
        }
    }

    /** If something waits for a running listener, it must not wait for ever. */
    private void watchOrder() {
        LaneEntry event = queue.runningEventInTheWay();
        if (event == null || event.overdue || orderTimer != null || !event.isPassable()) {
            return;
        }
        long at = event.startedAt + endpoint.timeouts.eventOrder().toNanos();
        orderTimer = endpoint.clock.scheduleAt(() -> overdue(event), at);
    }

    /** A listener has had its time: what waits for it waits no longer. */
    void overdue(LaneEntry event) {
        synchronized (this) {
            if (!queue.isRunning(event)) {
                return;
            }
            orderTimer = null;
            event.past = true;
            event.overdue = true;
        }
        workOff();
    }
}
