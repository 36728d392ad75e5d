package io.xywebsocket.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the status in the payload of a rejection, and makes no objects of the rest. Stateless.
 *
 * @since 0.1
 */
public final class RejectionStatus {

    /** The status of a rejection that says none. */
    private static final int NONE = 500;

    private static final byte[] MEMBER = "\"status\"".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 3;

    private RejectionStatus() {}

    /**
     * Returns the status.
     *
     * @param payload the payload as JSON; null if it is missing
     * @return 500 if there is no status, or it is no number of three digits
     */
    public static int of(byte @Nullable [] payload) {
        if (payload == null) {
            return NONE;
        }
        int[] status = {NONE};
        try {
            JsonObjectSlicer.visit(payload, 0, payload.length, (name, nameEnd, value, valueEnd) -> {
                if (Arrays.equals(payload, name, nameEnd, MEMBER, 0, MEMBER.length)) {
                    status[0] = number(payload, value, valueEnd);
                }
            });
        } catch (MalformedFrameException e) {
            return NONE; // JSON, as its frame was read, but no object
        }
        return status[0];
    }

    private static int number(byte[] json, int from, int to) {
        if (to - from != DIGITS) {
            return NONE;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = json[i] - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
