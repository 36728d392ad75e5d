package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what all peers of an endpoint have sent and is still in memory: unfinished messages, and calls and events that
 * wait or run. Applies in addition to each peer's {@link ReceiveBuffer}. Thread-safe.
 */
final class ReceivedBytes {

    private static final Logger log = LoggerFactory.getLogger(ReceivedBytes.class);

    /** A connection that receives messages. */
    interface Sender {

        boolean isOpen();

        ReceiveBuffer receiveBuffer();

        void close(int code, String reason);

        /** Discards waiting calls and events. */
        void discardWaiting();
    }

    private static final String REASON = "too much received at once";

    private final long bound;
    private final Collection<? extends Sender> senders;
    private final LogThrottle throttle;
    /** An adder, as each call updates it twice on several threads. */
    private final LongAdder bytes = new LongAdder();

    /** The part of unfinished messages. */
    private final LongAdder unfinished = new LongAdder();

    ReceivedBytes(long bound, Collection<? extends Sender> senders, XyClock clock) {
        this.bound = bound;
        this.senders = senders;
        this.throttle = new LogThrottle(clock);
    }

    void add(long change) {
        bytes.add(change);
    }

    void addUnfinished(long change) {
        bytes.add(change);
        unfinished.add(change);
    }

    long bytes() {
        return bytes.sum();
    }

    /** Returns whether a counted call may stay. Closes peers only if their unfinished messages are enough. */
    boolean admitsCall() {
        return bytes.sum() <= bound || makeRoom(false);
    }

    /** Closes the peer with the largest unfinished message if a counted part exceeds the bound. */
    void onPart() {
        if (bytes.sum() > bound) {
            makeRoom(true);
        }
    }

    /**
     * Closes the peer with most waiting bytes, and discards those, if a queued event exceeds the bound by a quarter.
     */
    void onEvent() {
        if (bytes.sum() - bound / 4 <= bound) {
            return;
        }
        Sender most;
        synchronized (this) {
            most = bytes.sum() - bound / 4 <= bound
                    ? null
                    : largest(each -> each.receiveBuffer().waiting());
        }
        if (most != null) {
            most.close(1013, REASON);
            most.discardWaiting();
            warn();
        }
    }

    private boolean makeRoom(boolean forced) {
        boolean enough = unfinished.sum() >= bytes.sum() - bound;
        if (!enough && !forced) {
            warn();
            return false; // called for every call: avoid a scan of all peers
        }
        List<Sender> closed = new ArrayList<>();
        synchronized (this) {
            while (bytes.sum() > bound && (enough || closed.isEmpty())) {
                Sender most = largest(each -> each.receiveBuffer().unfinished());
                if (most == null) {
                    break;
                }
                most.receiveBuffer().discardUnfinished();
                closed.add(most);
            }
        }
        closed.forEach(each -> each.close(1013, REASON));
        warn();
        return bytes.sum() <= bound;
    }

    private @Nullable Sender largest(ToLongFunction<Sender> measure) {
        Sender most = null;
        long size = 0;
        for (Sender each : senders) {
            long own = each.isOpen() ? measure.applyAsLong(each) : 0;
            if (own > size) {
                size = own;
                most = each;
            }
        }
        return most;
    }

    private void warn() {
        if (throttle.tryAcquire()) {
            LogText.quietly(() -> log.warn(
                    "Unhandled messages of all peers exceed xy.websocket.max-received-bytes, {}:"
                            + " those that hold most are closed with 1013, calls get 503",
                    bound));
        }
    }
}
