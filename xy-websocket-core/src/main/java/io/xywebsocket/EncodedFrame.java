package io.xywebsocket;

import io.xywebsocket.transport.OutgoingMessage;
import io.xywebsocket.transport.Utf8;

/**
 * A frame as it is written, encoded once however many peers it goes to.
 *
 * @param kind what becomes of it if there is no room
 */
record EncodedFrame(OutgoingMessage message, Kind kind) implements Queued {

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

    static EncodedFrame of(String text, Kind kind) {
        return new EncodedFrame(OutgoingMessage.of(Utf8.isAscii(text) ? text : escapeLoneSurrogates(text)), kind);
    }

    /** Its length on the wire. */
    int bytes() {
        return message.length();
    }

    /** Half a surrogate pair has no UTF-8 and would cost the connection; as an escape of JSON it is fine, and it can stand in strings only. */
    private static String escapeLoneSurrogates(String text) {
        StringBuilder escaped = null;
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (escaped == null) {
                escaped = new StringBuilder(text.length() + 16);
            }
            escaped.append(text, copied, i)
                    .append("\\u")
                    .append(Integer.toHexString(c)); // of four digits, as all surrogates
            copied = i + 1;
        }
        return escaped == null
                ? text
                : escaped.append(text, copied, text.length()).toString();
    }
}
