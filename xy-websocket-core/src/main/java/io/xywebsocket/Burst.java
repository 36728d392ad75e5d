package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread's run along a {@link Lane}: handler after handler, then one write for all their answers. */
final class Burst extends Watched implements XyExecutor.Refusable {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    /** Not an endpoint's state but the thread's: a handler may call peers of any endpoint. */
    private static final ThreadLocal<Burst> CURRENT = new ThreadLocal<>();

    /** Of a thread that is inside no handler, but in a stage that comes of what one has asked. */
    private static final ThreadLocal<Asker> COMES_OF = new ThreadLocal<>();

    /** Bytes of answers after which waiting for more saves nothing. */
    private static final int WORTH_A_WRITE = 16 << 10;

    /** After so many handlers the thread goes to the next in the queue: a peer that never pauses must not keep it. */
    private static final int TURN = 64;

    private final Lane lane;
    private final Outbound outbound;

    // guarded by the lane
    @Nullable
    LaneEntry entered;

    /** Whether it is inside a handler without having the lane. */
    boolean holds;

    /** Whom what it is inside counts with. */
    FairShare.@Nullable Group group;

    private volatile @Nullable Thread thread;

    // of the burst's own thread
    private @Nullable LaneEntry running;
    private boolean interrupted;

    Burst(Lane lane, Outbound outbound) {
        this.lane = lane;
        this.outbound = outbound;
    }

    /**
     * The running listener, if this thread is inside one, holds up calls no longer: it calls a peer, which may need them.
     *
     * @return how long the call may take: so long, but no longer than the running handler
     */
    static Duration callsPeer(Duration timeout) {
        Burst burst = CURRENT.get();
        if (burst == null || burst.running == null) {
            return timeout;
        }
        burst.lane.past(burst.running);
        return burst.running.within(timeout);
    }

    /** Whether this thread is inside a handler or listener of this endpoint. */
    static boolean isOf(XyEndpoint endpoint) {
        Burst burst = CURRENT.get();
        return burst != null && burst.lane.endpoint == endpoint;
    }

    /** What a peer has sent and whose handler asks a peer in turn. */
    record Asker(Lane lane, LaneEntry entry) {}

    /** Whose handler, or a stage that comes of it, runs on this thread; null if none does. */
    static @Nullable Asker asker() {
        Burst burst = CURRENT.get();
        if (burst == null) {
            return COMES_OF.get();
        }
        LaneEntry running = burst.running;
        return running == null ? null : new Asker(burst.lane, running);
    }

    /** Does what comes of what somebody has asked, or is about to: whatever that asks is asked by him. */
    static <T> T comingOf(@Nullable Asker asker, Supplier<T> what) {
        if (asker == null) {
            return what.get();
        }
        Asker outer = COMES_OF.get();
        COMES_OF.set(asker);
        try {
            return what.get();
        } finally {
            if (outer == null) {
                COMES_OF.remove();
            } else {
                COMES_OF.set(outer);
            }
        }
    }

    /** What is left to the running handler; null if this thread is inside none, or if that has no deadline. */
    static @Nullable Duration timeLeft() {
        LimitedCall call = limitedCall();
        return call == null ? null : call.left();
    }

    /** The running handler's call; null if this thread is inside none, or if that has no deadline. */
    static @Nullable LimitedCall limitedCall() {
        Burst burst = CURRENT.get();
        return burst != null && burst.running instanceof LimitedCall call ? call : null;
    }

    /** The running handler, if this thread is inside one, is about to wait. */
    static void blocks() {
        Burst burst = CURRENT.get();
        if (burst != null) {
            burst.lane.leave(burst);
        }
    }

    /** One of several listeners that the running entry has, if this thread is inside one, has returned. */
    static void listenerReturned() {
        Burst burst = CURRENT.get();
        if (burst != null) {
            burst.setInterruptAside();
        }
    }

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
        Burst outer = CURRENT.get();
        CURRENT.set(this);
        thread = Thread.currentThread();
        lane.endpoint.share.enter();
        try {
            workOff();
        } finally {
            lane.endpoint.share.exit();
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    private void workOff() {
        LaneEntry done = null;
        int turn = 0;
        for (LaneEntry entry; (entry = lane.next(this, done)) != null; ) {
            done = handle(entry);
            XyExecutor.progressed();
            if (outbound.holdsAtLeast(WORTH_A_WRITE)) {
                outbound.drain();
            }
            if (++turn == TURN) {
                lane.giveWay(this, done);
                return;
            }
        }
    }

    private void write() {
        setInterruptAside();
        outbound.drain();
    }

    /** Returns the entry if it is finished, null if its stage will say so. */
    private @Nullable LaneEntry handle(LaneEntry entry) {
        running = entry;
        try {
            CompletionStage<?> unfinished = entry.run();
            if (unfinished == null) {
                return entry;
            }
            lane.past(entry);
            unfinished.whenComplete((result, error) -> lane.finished(entry));
            return null;
        } catch (Throwable t) {
            // not the handler's failure but of what reports that; the lane has to go on whatever it was
            LogText.quietly(() -> log.error("A handler's outcome could not be reported", LogText.of(t)));
            return entry;
        } finally {
            setInterruptAside();
            running = null;
        }
    }

    /** What a handler leaves is not the next one's, nor the write's. A thread that isn't ours gets it back at the end. */
    private void setInterruptAside() {
        interrupted |= XyExecutor.takeInterrupt();
    }

    /** Not on this thread, which is the clock's: many calls may wait in the lane. */
    @Override
    public void refused() {
        lane.endpoint.writers.execute(() -> lane.refused(this));
    }

    /** Whether its thread waits for something, rather than computes or has been put aside by the machine. */
    boolean isWaiting() {
        Thread mine = thread;
        return mine != null && mine.getState() != Thread.State.RUNNABLE;
    }

    @Override
    boolean check() {
        return lane.check(this);
    }
}
