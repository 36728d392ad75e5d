package io.xywebsocket.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames, with their members in the order in which the JavaScript peers write them. What it returns is not to be changed any more.
 * Thread-safe.
 *
 * @since 0.1
 */
public final class FrameEncoder {

    /** A payload that writes itself into its frame, which saves copies. */
    @FunctionalInterface
    public interface Payload {

        /** A payload of JSON text, as valid UTF-8; null for none. */
        static @Nullable Payload ofNullable(byte @Nullable [] json) {
            return json == null ? null : frame -> frame.write(json, 0, json.length);
        }

        /** Writes one JSON value; what it throws, the encoder throws, an IOException as an UncheckedIOException. */
        void writeTo(JsonBuffer frame) throws IOException;
    }

    private static final int USUAL_LENGTH = 240;
    private static final int MOST_EXPECTED = 16 * 1024;

    private static final byte[] ID = ",\"id\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PAYLOAD = ",\"p\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TTL = ",\"ttl\":".getBytes(StandardCharsets.US_ASCII);

    private final byte[] event;
    private final byte[] call;
    private final byte[] resolve;
    private final byte[] reject;
    private final byte @Nullable [] cancel;

    /** So long the next answer probably is, in bytes: a guess that saves copies and does no harm if a thread has an old one. */
    private int likelyLength = USUAL_LENGTH;

    public FrameEncoder(Prefixes prefixes) {
        this.event = begin(prefixes.event());
        this.call = begin(prefixes.call());
        this.resolve = begin(prefixes.resolve());
        this.reject = begin(prefixes.reject());
        this.cancel = prefixes.cancel().isEmpty() ? null : begin(prefixes.cancel());
    }

    private static byte[] begin(String prefix) {
        JsonBuffer beginning = new JsonBuffer().append("{\"e\":").appendQuoted(prefix);
        beginning.truncate(beginning.length() - 1); // the name follows
        return beginning.toByteArray();
    }

    /** An event; a payload of null is left out. */
    public JsonBuffer event(String name, @Nullable Payload payload) {
        JsonBuffer frame = begin(event, name, USUAL_LENGTH);
        write(payload, frame, Integer.MAX_VALUE);
        return frame.append('}');
    }

    /** A call, see {@link #endCall}; a payload of null is left out. */
    public JsonBuffer call(String name, @Nullable Payload payload, String id, long ttl) {
        return endCall(beginCall(name, payload), id, ttl);
    }

    /** A call as far as it can be written before it has an id; a payload of null is left out. */
    public JsonBuffer beginCall(String name, @Nullable Payload payload) {
        JsonBuffer frame = begin(call, name, USUAL_LENGTH);
        write(payload, frame, Integer.MAX_VALUE);
        return frame;
    }

    /**
     * The rest of a call.
     *
     * @param ttl how many milliseconds its answer is waited for; 0 to leave it out
     */
    public JsonBuffer endCall(JsonBuffer begun, String id, long ttl) {
        begun.append(ID).append(id);
        if (ttl > 0) {
            begun.append(TTL).append(Long.toString(ttl));
        }
        return begun.append('}');
    }

    /** That a call is given up; null if there is no prefix for that. */
    public @Nullable JsonBuffer cancel(String name, String id) {
        return cancel == null
                ? null
                : begin(cancel, name, USUAL_LENGTH).append(ID).append(id).append('}');
    }

    /** The answer to a call; a payload of null is left out. */
    public JsonBuffer resolve(String name, String id, @Nullable Payload payload) {
        return resolve(name, id, payload, Integer.MAX_VALUE);
    }

    /**
     * The answer to a call; a payload of null is left out.
     *
     * @param limit how many bytes the payload may have
     * @throws OversizedPayloadException if it has more, which may have no end
     */
    public JsonBuffer resolve(String name, String id, @Nullable Payload payload, int limit) {
        int expected = likelyLength;
        JsonBuffer frame = begin(resolve, name, expected).append(ID).append(id);
        write(payload, frame, limit);
        frame.append('}');
        if (frame.length() > expected || frame.length() < expected / 2) {
            int next = Math.max(frame.length(), expected / 2);
            likelyLength = Math.max(USUAL_LENGTH, Math.min(MOST_EXPECTED, next + next / 8));
        }
        return frame;
    }

    /** The error that answers a call; an id of null is left out, as it was in the call. */
    public JsonBuffer reject(String name, @Nullable String id, byte[] payload) {
        JsonBuffer frame = begin(reject, name, USUAL_LENGTH);
        if (id != null) {
            frame.append(ID).append(id);
        }
        return frame.append(PAYLOAD).append(payload).append('}');
    }

    private static JsonBuffer begin(byte[] beginning, String name, int capacity) {
        return new JsonBuffer(capacity).append(beginning).appendEscaped(name).append('"');
    }

    private static void write(@Nullable Payload payload, JsonBuffer frame, int limit) {
        if (payload == null) {
            return;
        }
        frame.append(PAYLOAD);
        frame.bound((int) Math.min(Integer.MAX_VALUE, (long) frame.length() + limit));
        try {
            payload.writeTo(frame);
        } catch (IOException e) {
            throw frame.isOverfull() ? new OversizedPayloadException(limit) : new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw frame.isOverfull() ? new OversizedPayloadException(limit) : e; // mappers wrap what streams throw
        }
        if (frame.isOverfull()) {
            throw new OversizedPayloadException(limit);
        }
    }
}
