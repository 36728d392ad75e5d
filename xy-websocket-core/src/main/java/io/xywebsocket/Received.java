package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all peers of an endpoint have sent and is still in memory: unfinished messages, calls and events that wait or run. The bound on
 * all together comes on top of each peer's own {@link ReadGate}, as many peers may fill theirs. Thread-safe.
 */
final class Received {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    private static final String REASON = "too much received at once";

    private final long bound;
    private final Collection<Connection> connections;
    private final LogThrottle throttle;
    /** Of each call twice, on several threads, and seldom near the bound. */
    private final LongAdder bytes = new LongAdder();

    /** Of these those of unfinished messages. */
    private final LongAdder unfinished = new LongAdder();

    Received(long bound, Collection<Connection> connections, XyClock clock) {
        this.bound = bound;
        this.connections = connections;
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

    /** Whether a call that has just been counted may stay. Peers are closed for it only where their unfinished messages are enough. */
    boolean takesCall() {
        return bytes.sum() <= bound || makeRoom(false);
    }

    /** A part of a message has just been counted: who holds most unfinished bytes goes, if there is no room. */
    void tookPart() {
        if (bytes.sum() > bound) {
            makeRoom(true);
        }
    }

    /**
     * An event has just been queued. It can't be refused, and may have a quarter more room; beyond that the peer of which most waits is
     * closed, and what waits is dropped.
     */
    void tookEvent() {
        if (bytes.sum() - bound / 4 <= bound) {
            return;
        }
        Connection most;
        synchronized (this) {
            most = bytes.sum() - bound / 4 <= bound ? null : most(each -> each.gate.waiting());
        }
        if (most != null) {
            most.close(1013, REASON);
            most.lane.revoke();
            warn();
        }
    }

    private boolean makeRoom(boolean atAnyRate) {
        boolean enough = unfinished.sum() >= bytes.sum() - bound;
        if (!enough && !atAnyRate) {
            warn();
            return false; // each call asks meanwhile: no walk along all peers for that
        }
        List<Connection> closed = new ArrayList<>();
        synchronized (this) {
            while (bytes.sum() > bound && (enough || closed.isEmpty())) {
                Connection most = most(each -> each.gate.unfinished());
                if (most == null) {
                    break;
                }
                most.gate.dropUnfinished();
                closed.add(most);
            }
        }
        closed.forEach(each -> each.close(1013, REASON));
        warn();
        return bytes.sum() <= bound;
    }

    private @Nullable Connection most(ToLongFunction<Connection> measure) {
        Connection most = null;
        long size = 0;
        for (Connection each : connections) {
            long own = each.isOpen() ? measure.applyAsLong(each) : 0;
            if (own > size) {
                size = own;
                most = each;
            }
        }
        return most;
    }

    private void warn() {
        if (throttle.lets()) {
            LogText.quietly(() -> log.warn(
                    "Unhandled messages of all peers exceed xy.websocket.max-received-bytes, {}:"
                            + " those that hold most are closed with 1013, calls get 503",
                    bound));
        }
    }
}
