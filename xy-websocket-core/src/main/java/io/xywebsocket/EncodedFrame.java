package io.xywebsocket;

import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.transport.OutgoingMessage;

/**
 * A frame on its way out, the same for however many peers it goes to.
 *
 * @param message its text
 * @param kind    what becomes of it if there is no room
 */
record EncodedFrame(OutgoingMessage message, Kind kind) implements Queued {

    /** Bytes of an array that may be unused, if they are not a quarter of the used ones: copies cost more. */
    private static final int SLACK = 256;

    enum Kind {
        /** May be lost, if that is the policy. */
        EVENT,
        /** To a call that has run, or the end of one of this side's: always has room. */
        ANSWER,
        /** Of a call that has not run: has room as answers have; reading pauses while many wait. */
        REFUSAL,
        /** A call of this side's. */
        OTHER
    }

    static EncodedFrame of(JsonBuffer frame, Kind kind) {
        int length = frame.length();
        int unused = frame.array().length - length;
        byte[] utf8 = unused > Math.max(SLACK, length / 4) ? frame.toByteArray() : frame.array();
        return new EncodedFrame(new OutgoingMessage(utf8, length), kind);
    }

    /** Its size on the wire. */
    int bytes() {
        return message.length();
    }
}
