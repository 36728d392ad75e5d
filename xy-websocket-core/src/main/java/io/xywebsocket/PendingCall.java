package io.xywebsocket;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call of ours that waits for its answer. It is settled once, by whatever comes first: the answer, a failure to send it,
 * its timeout, its cancellation, the end of the connection.
 */
abstract class PendingCall {

    /** How a call ended. */
    sealed interface Outcome {}

    /** With the other side's answer; a payload of null was missing. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answered(byte @Nullable [] payload) implements Outcome {}

    /** With the other side's rejection, unread; a payload of null was missing. */
    @SuppressWarnings("ArrayRecordComponent") // likewise
    record Rejected(byte @Nullable [] payload) implements Outcome {}

    /** Without an answer. The exception is made by whoever throws it, so that its stack trace is of use. */
    record Failed(Supplier<XyException> why) implements Outcome {}

    final String function;

    // set by PendingCalls before anybody else can see them
    long id;
    long deadline;
    Duration timeout = Duration.ZERO;

    /** Who asks the very peer that waits for him; null if nobody does. */
    Burst.@Nullable Asker asker;

    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();

    PendingCall(String function) {
        this.function = function;
    }

    /** The whole timeout in milliseconds, as it goes onto the wire; at least one. */
    final long ttl() {
        long millis = timeout.toMillis();
        return timeout.toNanosPart() % 1_000_000 == 0 ? millis : millis + 1;
    }

    /** Settles the call unless it is already. Runs no user code on the calling thread. */
    final void settle(Outcome how) {
        if (outcome.compareAndSet(null, how)) {
            settled(how);
        }
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
