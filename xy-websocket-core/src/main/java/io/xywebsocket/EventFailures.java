package io.xywebsocket;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nobody is told of what goes wrong with an event but the log. */
final class EventFailures {

    private static final Logger log = LoggerFactory.getLogger(XyEndpoint.class);

    private EventFailures() {}

    static void ofListener(String event, Throwable thrown) {
        log("A listener", event, thrown);
    }

    /** That an event is refused is what an interceptor is for; a line of log for each would let any peer fill it. */
    static void ofInterceptor(String event, Throwable thrown) {
        if (ErrorAnswers.unwrap(thrown) instanceof XyException refusal && refusal.status() < 500) {
            log.debug("An interceptor refuses '{}': {}", LogText.of(event), refusal.status());
        } else {
            log("An interceptor", event, thrown);
        }
    }

    /** An error that is meant for a peer has no trace worth reading; anything else has. */
    private static void log(String whose, String event, Throwable thrown) {
        Throwable error = ErrorAnswers.unwrap(thrown);
        String name = LogText.of(event);
        if (error instanceof XyException known) {
            log.warn("{} of '{}' failed: {} {}", whose, name, known.status(), LogText.of(known.getMessage()));
        } else {
            log.error("{} of '{}' failed", whose, name, error);
        }
    }
}
