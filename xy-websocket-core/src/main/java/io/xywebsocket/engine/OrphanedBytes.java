package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what disconnected peers have left to be handled. Bounds of a peer end with its connection, so otherwise each
 * reconnect would get another buffer. Thread-safe.
 */
final class OrphanedBytes {

    private static final Logger log = LoggerFactory.getLogger(OrphanedBytes.class);

    /** The bound, in receive buffers. */
    private static final int BUFFERS = 16;

    private final long bound;
    private final AtomicLong bytes = new AtomicLong();
    private final LogThrottle throttle;

    OrphanedBytes(int receiveBufferSize, XyClock clock) {
        this.bound = (long) BUFFERS * receiveBufferSize;
        this.throttle = new LogThrottle(clock);
    }

    /** Adds or removes bytes. Returns whether they are within the bound. */
    boolean add(long change) {
        return bytes.addAndGet(change) <= bound;
    }

    long bytes() {
        return bytes.get();
    }

    void logDiscarded(String peer) {
        if (throttle.tryAcquire()) {
            LogText.quietly(() -> log.warn(
                    "Unhandled messages of disconnected peer {} are dropped: disconnected peers have left too many bytes",
                    peer));
        }
    }
}
