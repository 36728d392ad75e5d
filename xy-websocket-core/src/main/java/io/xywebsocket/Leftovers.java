package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What connections that are over have left to be handled. The bounds of a peer end with its connection, so there is one for all of
 * these together: whoever fills a buffer, leaves and comes back would have another one each time. Thread-safe.
 */
final class Leftovers {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    /** How many full receive buffers may be left in all. */
    private static final int BUFFERS = 16;

    private final long bound;
    private final AtomicLong bytes = new AtomicLong();
    private final LogThrottle throttle;

    Leftovers(int receiveBufferSize, XyClock clock) {
        this.bound = (long) BUFFERS * receiveBufferSize;
        this.throttle = new LogThrottle(clock);
    }

    /** Counts what a connection leaves, or what has become of it. Returns whether there is room for all. */
    boolean add(long change) {
        return bytes.addAndGet(change) <= bound;
    }

    long bytes() {
        return bytes.get();
    }

    void tellOfDropping(String peer) {
        if (throttle.lets()) {
            LogText.quietly(() -> log.warn(
                    "Unhandled messages of disconnected peer {} are dropped: disconnected peers have left too many bytes",
                    peer));
        }
    }
}
