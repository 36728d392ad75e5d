package io.xywebsocket.engine;

import io.xywebsocket.XyClock;
import io.xywebsocket.XyLimits;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.RejectionStatus;
import io.xywebsocket.untrusted.LogText;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a line for each frame while the logger {@code io.xywebsocket.traffic} is at DEBUG, without payloads: received
 * ones before they are dispatched, sent ones before they are handed to the transport. Stateless.
 */
final class TrafficLog {

    enum Kind {
        CALL,
        EVENT,
        ANSWER,
        REJECTION,
        CANCEL,
        UNKNOWN;

        private final String text = name().toLowerCase(Locale.ROOT);
    }

    /**
     * Describes a frame. A frame to be sent has one only if the logger is on.
     *
     * @param id       the id as JSON; null if there is none
     * @param status   0 unless the frame is an answer or a rejection
     * @param calledAt the time of the call that it answers, or {@link #UNTIMED}
     */
    record Label(Kind kind, String name, @Nullable String id, int status, long calledAt) {

        static Label of(Kind kind, String name, @Nullable String id) {
            return new Label(kind, name, id, 0, UNTIMED);
        }
    }

    /** Stands for the time of a call that was not noted. */
    static final long UNTIMED = Long.MIN_VALUE;

    private static final Logger log = LoggerFactory.getLogger("io.xywebsocket.traffic");

    private static final int OK = 200;
    private static final int LONGEST_ID = 100;

    private TrafficLog() {}

    static boolean isOn() {
        return log.isDebugEnabled();
    }

    /** Returns the time to note for a call that arrives now. */
    static long now(XyClock clock) {
        return isOn() ? clock.nanoTime() : UNTIMED;
    }

    /** Returns the label of a call, event or cancel frame; null while the logger is off. */
    static @Nullable Label label(Kind kind, String name, @Nullable String id) {
        return isOn() ? Label.of(kind, name, id) : null;
    }

    /** Returns the label of an answer; null while the logger is off. */
    static @Nullable Label answer(String name, String id, long calledAt) {
        return isOn() ? new Label(Kind.ANSWER, name, id, OK, calledAt) : null;
    }

    /** Returns the label of a rejection; null while the logger is off. */
    static @Nullable Label rejection(String name, @Nullable String id, byte[] payload, long calledAt) {
        return isOn() ? new Label(Kind.REJECTION, name, id, RejectionStatus.of(payload), calledAt) : null;
    }

    /**
     * Logs a received frame.
     *
     * @param calledAt the time of the call that it answers, or {@link #UNTIMED}
     */
    static void received(String peer, Frame frame, int bytes, long calledAt, XyClock clock) {
        LogText.quietly(() -> line(peer, "in", labelOf(frame, calledAt), bytes, clock));
    }

    /** Logs a frame that is about to be handed to the transport. */
    static void sent(String peer, Label label, int bytes, XyClock clock) {
        LogText.quietly(() -> line(peer, "out", label, bytes, clock));
    }

    private static Label labelOf(Frame frame, long calledAt) {
        if (frame instanceof Frame.Call call) {
            return Label.of(Kind.CALL, call.name(), call.id());
        } else if (frame instanceof Frame.Event event) {
            return Label.of(Kind.EVENT, event.name(), null);
        } else if (frame instanceof Frame.Resolve resolve) {
            return new Label(Kind.ANSWER, resolve.name(), resolve.id(), OK, calledAt);
        } else if (frame instanceof Frame.Reject reject) {
            int status = RejectionStatus.of(reject.payload());
            return new Label(Kind.REJECTION, reject.name(), reject.id(), status, calledAt);
        } else if (frame instanceof Frame.Cancel cancel) {
            return Label.of(Kind.CANCEL, cancel.name(), cancel.id());
        }
        return Label.of(Kind.UNKNOWN, "", null);
    }

    private static void line(String peer, String direction, Label label, int bytes, XyClock clock) {
        StringBuilder line = new StringBuilder(peer);
        line.append(' ').append(direction).append(' ').append(label.kind().text);
        if (label.kind() != Kind.UNKNOWN) {
            String name = LogText.of(label.name(), XyLimits.MAX_NAME);
            line.append(" '").append(name).append('\'');
        }
        if (label.id() != null) {
            line.append(" id=").append(LogText.of(label.id(), LONGEST_ID));
        }
        line.append(" bytes=").append(bytes);
        if (label.status() != 0) {
            line.append(" status=").append(label.status());
        }
        if (label.calledAt() != UNTIMED) {
            long millis = Math.max(0, clock.nanoTime() - label.calledAt()) / 1_000_000;
            line.append(" ms=").append(millis);
        }
        log.debug("{}", line);
    }
}
