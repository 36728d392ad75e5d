package io.xywebsocket.engine;

import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.transport.OutgoingMessage;
import org.jspecify.annotations.Nullable;

/**
 * An encoded frame for any number of peers.
 *
 * @param kind  decides what happens if there is no room
 * @param label for the log of traffic; null while that is off
 */
record EncodedFrame(OutgoingMessage message, Kind kind, TrafficLog.@Nullable Label label) implements Queued {

    /** Unused bytes of an array that are kept, as a copy costs more. */
    private static final int SLACK = 256;

    enum Kind {
        /** An event: may be discarded, depending on the policy. */
        EVENT,
        /** An answer to a call that has run, or a cancel frame: always has room. */
        ANSWER,
        /** A refusal of a call that has not run: has room as answers have; reading pauses while many wait. */
        REFUSAL,
        /** A call of this side. */
        OTHER
    }

    static EncodedFrame of(JsonBuffer frame, Kind kind, TrafficLog.@Nullable Label label) {
        int length = frame.length();
        int unused = frame.array().length - length;
        byte[] utf8 = unused > Math.max(SLACK, length / 4) ? frame.toByteArray() : frame.array();
        return new EncodedFrame(new OutgoingMessage(utf8, length), kind, label);
    }

    /** Returns its size before compression. */
    int bytes() {
        return message.length();
    }
}
