package io.xywebsocket.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** Writes frames, with their members in the order in which the JavaScript peers write them. Thread-safe. */
public final class FrameEncoder {

    /** A payload that writes itself into its frame, which saves copies. */
    @FunctionalInterface
    public interface Payload {

        /** A payload of JSON text; null for none. */
        static @Nullable Payload ofNullable(@Nullable String json) {
            return json == null ? null : frame -> frame.write(json);
        }

        /** Writes one JSON value; what it throws, the encoder throws, an IOException as an UncheckedIOException. */
        void writeTo(Writer frame) throws IOException;
    }

    private static final int USUAL_LENGTH = 240;
    private static final int MOST_EXPECTED = 16 * 1024;

    private final String event;
    private final String call;
    private final String resolve;
    private final String reject;
    private final @Nullable String cancel;

    /** So long the next answer probably is, in characters: a guess that saves copies and does no harm if a thread has an old one. */
    private int likelyLength = USUAL_LENGTH;

    public FrameEncoder(Prefixes prefixes) {
        this.event = begin(prefixes.event());
        this.call = begin(prefixes.call());
        this.resolve = begin(prefixes.resolve());
        this.reject = begin(prefixes.reject());
        this.cancel = prefixes.cancel().isEmpty() ? null : begin(prefixes.cancel());
    }

    private static String begin(String prefix) {
        String quoted = quote(prefix);
        return "{\"e\":" + quoted.substring(0, quoted.length() - 1);
    }

    /** An event; a payload of null is left out. */
    public String event(String name, @Nullable Payload payload) {
        FrameWriter frame = new FrameWriter(USUAL_LENGTH);
        frame.begin(event, name);
        frame.payload(payload);
        return frame.end();
    }

    /** A call, see {@link #endCall}; a payload of null is left out. */
    public String call(String name, @Nullable Payload payload, String id, long ttl) {
        return endCall(beginCall(name, payload), id, ttl);
    }

    /** A call as far as it can be written before it has an id; a payload of null is left out. */
    public StringBuilder beginCall(String name, @Nullable Payload payload) {
        FrameWriter frame = new FrameWriter(USUAL_LENGTH);
        frame.begin(call, name);
        frame.payload(payload);
        return frame.text;
    }

    /**
     * The rest of a call.
     *
     * @param ttl how many milliseconds its answer is waited for; 0 to leave it out
     */
    public String endCall(StringBuilder begun, String id, long ttl) {
        begun.append(",\"id\":").append(id);
        if (ttl > 0) {
            begun.append(",\"ttl\":").append(ttl);
        }
        return begun.append('}').toString();
    }

    /** That a call is given up; null if there is no prefix for that. */
    public @Nullable String cancel(String name, String id) {
        if (cancel == null) {
            return null;
        }
        FrameWriter frame = new FrameWriter(USUAL_LENGTH);
        frame.begin(cancel, name);
        frame.text.append(",\"id\":").append(id);
        return frame.end();
    }

    /** The answer to a call; a payload of null is left out. */
    public String resolve(String name, String id, @Nullable Payload payload) {
        return resolve(name, id, payload, Integer.MAX_VALUE);
    }

    /**
     * The answer to a call; a payload of null is left out.
     *
     * @param limit how many characters the payload may have
     * @throws OversizedPayloadException if it has more, which may have no end
     */
    public String resolve(String name, String id, @Nullable Payload payload, int limit) {
        int expected = likelyLength;
        FrameWriter frame = new FrameWriter(expected);
        frame.begin(resolve, name);
        frame.text.append(",\"id\":").append(id);
        frame.payload(payload, limit);
        String answer = frame.end();
        if (answer.length() > expected || answer.length() < expected / 2) {
            int next = Math.max(answer.length(), expected / 2);
            likelyLength = Math.max(USUAL_LENGTH, Math.min(MOST_EXPECTED, next + next / 8));
        }
        return answer;
    }

    /** The error that answers a call; an id of null is left out, as it was in the call. */
    public String reject(String name, @Nullable String id, String payload) {
        FrameWriter frame = new FrameWriter(USUAL_LENGTH);
        frame.begin(reject, name);
        if (id != null) {
            frame.text.append(",\"id\":").append(id);
        }
        frame.text.append(",\"p\":").append(payload);
        return frame.end();
    }

    /** A text as a JSON string. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, quoted);
        return quoted.append('"').toString();
    }

    /** A frame in the making, into which a mapper can write: without a lock, unlike the JDK's writers. */
    private static final class FrameWriter extends Writer {

        final StringBuilder text;
        private long most = Integer.MAX_VALUE;
        private boolean isFull;

        FrameWriter(int length) {
            text = new StringBuilder(length);
        }

        void begin(String beginning, String name) {
            text.append(beginning);
            JsonStringEncoder.getInstance().quoteAsString(name, text);
            text.append('"');
        }

        void payload(@Nullable Payload payload) {
            payload(payload, Integer.MAX_VALUE);
        }

        void payload(@Nullable Payload payload, int limit) {
            if (payload != null) {
                text.append(",\"p\":");
                most = Math.min(Integer.MAX_VALUE, (long) text.length() + limit);
                try {
                    payload.writeTo(this);
                } catch (IOException e) {
                    throw isFull ? new OversizedPayloadException(limit) : new UncheckedIOException(e);
                } catch (RuntimeException e) {
                    throw isFull ? new OversizedPayloadException(limit) : e; // mappers wrap what writers throw
                }
            }
        }

        private void makeRoom(int length) throws IOException {
            if (length > most - text.length()) {
                isFull = true;
                throw new IOException("The payload is too large");
            }
        }

        String end() {
            return text.append('}').toString();
        }

        @Override
        public void write(char[] characters, int offset, int length) throws IOException {
            makeRoom(length);
            text.append(characters, offset, length);
        }

        @Override
        public void write(String characters, int offset, int length) throws IOException {
            makeRoom(length);
            text.append(characters, offset, offset + length);
        }

        @Override
        public void write(int character) throws IOException {
            makeRoom(1);
            text.append((char) character);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
