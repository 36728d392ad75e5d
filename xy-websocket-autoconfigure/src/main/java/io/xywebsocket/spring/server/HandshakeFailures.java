package io.xywebsocket.spring.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log lines of handshakes that fail: one a minute, as clients may cause as many as they like. Thread-safe. */
final class HandshakeFailures {

    private static final Logger log = LoggerFactory.getLogger(HandshakeFailures.class);

    private final LogThrottle throttle;

    HandshakeFailures(XyClock clock) {
        this.throttle = new LogThrottle(clock);
    }

    void tell(Throwable failure) {
        LogText.quietly(() -> {
            if (throttle.tryAcquire()) {
                log.error(
                        "A handshake failed and was answered with 500: {}{}",
                        LogText.of(failure).toString(),
                        throttle.takeSuppressed("more"));
            }
            log.debug("A handshake failed", LogText.of(failure));
        });
    }
}
