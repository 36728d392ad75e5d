package io.xywebsocket.engine;

import io.xywebsocket.XyException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An outgoing call, settled once: by its answer, a failed write, timeout, cancellation or the connection's end. */
abstract class PendingCall {

    /** How a call ended. */
    sealed interface Outcome {}

    /** The other side's answer; a null payload was missing. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answered(byte @Nullable [] payload) implements Outcome {}

    /** The other side's rejection, not parsed; a null payload was missing. */
    @SuppressWarnings("ArrayRecordComponent") // likewise
    record Rejected(byte @Nullable [] payload) implements Outcome {}

    /** No answer. The thrower makes the exception, so that its stack trace is useful. */
    record Failed(Supplier<XyException> why) implements Outcome {}

    private static final AtomicReferenceFieldUpdater<PendingCall, @Nullable Outcome> OUTCOME =
            AtomicReferenceFieldUpdater.newUpdater(PendingCall.class, Outcome.class, "outcome");

    final String function;

    /** The member of another node that is called; null if the peer is. */
    @Nullable
    String member;

    /** The kind of message that carries it to another node: {@code call}, {@code group} or, to the node itself, {@code ask}. */
    String kind = "call";

    // set by PendingCalls before it publishes the call
    long id;
    long deadline;
    Duration timeout = Duration.ZERO;

    /** The inbound entry whose handler makes the call, if the called peer sent it. */
    ThisThread.@Nullable CallOrigin origin;

    private volatile @Nullable Outcome outcome;

    PendingCall(String function) {
        this.function = function;
    }

    /** Returns the timeout in milliseconds, rounded up. */
    final long ttl() {
        long millis = timeout.toMillis();
        return timeout.toNanosPart() % 1_000_000 == 0 ? millis : millis + 1;
    }

    /** Settles the call unless it is already. Runs no user code on the calling thread. */
    final void settle(Outcome how) {
        if (OUTCOME.compareAndSet(this, null, how)) {
            settled(how);
        }
    }

    /** A settled call is not pending any more. */
    final boolean isSettled() {
        return outcome != null;
    }

    abstract void settled(Outcome how);

    /** A call for which a thread waits. */
    static final class Awaited extends PendingCall {

        private final CountDownLatch done = new CountDownLatch(1);
        private @Nullable Outcome how;

        Awaited(String function) {
            super(function);
        }

        @Override
        void settled(Outcome outcome) {
            how = outcome;
            done.countDown();
        }

        Outcome await() throws InterruptedException {
            done.await();
            if (how == null) {
                throw new IllegalStateException("settled without an outcome");
            }
            return how;
        }
    }
}
