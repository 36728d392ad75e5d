package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an executor throws at whoever hands it a task. That it is full is its right; anything else, such as that no thread can be
 * made, is a fault that somebody has to see. Thread-safe.
 */
final class ExecutorFailures {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    private final LogThrottle throttle;

    ExecutorFailures(XyClock clock) {
        throttle = new LogThrottle(clock);
    }

    void report(Throwable thrown) {
        if (!(thrown instanceof RejectedExecutionException) && throttle.lets()) {
            LogText.quietly(() -> log.error("The executor has failed", LogText.of(thrown)));
        }
    }
}
