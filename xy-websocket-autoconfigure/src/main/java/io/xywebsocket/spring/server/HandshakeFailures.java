package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.untrusted.LogText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log is told of handshakes that fail: clients may cause them as often as they like, so there is one line a minute. Thread-safe.
 */
final class HandshakeFailures {

    private static final Logger log = LoggerFactory.getLogger(HandshakeFailures.class);

    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private final XyClock clock;

    // guarded by this
    private boolean told;
    private long toldAt;
    private int leftOut;

    HandshakeFailures(XyClock clock) {
        this.clock = clock;
    }

    void tell(Throwable failure) {
        LogText.quietly(() -> {
            String more = more();
            if (more != null) {
                log.error(
                        "A handshake failed and was answered with 500: {}{}",
                        LogText.of(failure).toString(),
                        more);
            }
            log.debug("A handshake failed", LogText.of(failure));
        });
    }

    /** What a line is to say of those that were left out; null if there is to be none now. */
    private synchronized @Nullable String more() {
        long now = clock.nanoTime();
        if (told && now - toldAt < QUIET) {
            leftOut++;
            return null;
        }
        String more = leftOut == 0 ? "" : " (and " + leftOut + " more)";
        told = true;
        toldAt = now;
        leftOut = 0;
        return more;
    }
}
