package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.LogThrottle;
import io.xywebsocket.untrusted.LogText;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what an executor throws for a task, unless it is merely full. Thread-safe. */
final class ExecutorFailures {

    private static final Logger log = LoggerFactory.getLogger(ExecutorFailures.class);

    private final LogThrottle throttle;

    ExecutorFailures(XyClock clock) {
        throttle = new LogThrottle(clock);
    }

    void report(Throwable thrown) {
        if (!(thrown instanceof RejectedExecutionException) && throttle.tryAcquire()) {
            LogText.quietly(() -> log.error("The executor has failed", LogText.of(thrown)));
        }
    }
}
