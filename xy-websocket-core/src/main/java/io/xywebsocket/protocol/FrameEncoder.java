package io.xywebsocket.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.jspecify.annotations.Nullable;

/** Writes frames, with their members in the order in which the JavaScript peers write them. Immutable. */
public final class FrameEncoder {

    private final Prefixes prefixes;

    public FrameEncoder(Prefixes prefixes) {
        this.prefixes = prefixes;
    }

    /** An event; a payload of null is left out. */
    public String event(String name, @Nullable String payload) {
        StringBuilder frame = begin(prefixes.event(), name, size(payload));
        appendPayload(frame, payload);
        return frame.append('}').toString();
    }

    /** A call; a payload of null is left out. */
    public String call(String name, @Nullable String payload, String id) {
        StringBuilder frame = begin(prefixes.call(), name, size(payload) + id.length());
        appendPayload(frame, payload);
        return frame.append(",\"id\":").append(id).append('}').toString();
    }

    /** The answer to a call; a payload of null is left out. */
    public String resolve(String name, String id, @Nullable String payload) {
        return answer(prefixes.resolve(), name, id, payload);
    }

    /** The error that answers a call; an id of null is left out, as it was in the call. */
    public String reject(String name, @Nullable String id, String payload) {
        return answer(prefixes.reject(), name, id, payload);
    }

    /** A text as a JSON string. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, quoted);
        return quoted.append('"').toString();
    }

    private static String answer(String prefix, String name, @Nullable String id, @Nullable String payload) {
        StringBuilder frame = begin(prefix, name, size(payload) + size(id));
        if (id != null) {
            frame.append(",\"id\":").append(id);
        }
        appendPayload(frame, payload);
        return frame.append('}').toString();
    }

    private static StringBuilder begin(String prefix, String name, int rest) {
        StringBuilder frame = new StringBuilder(prefix.length() + name.length() + rest + 24);
        frame.append("{\"e\":\"");
        JsonStringEncoder.getInstance().quoteAsString(prefix, frame);
        JsonStringEncoder.getInstance().quoteAsString(name, frame);
        return frame.append('"');
    }

    private static void appendPayload(StringBuilder frame, @Nullable String payload) {
        if (payload != null) {
            frame.append(",\"p\":").append(payload);
        }
    }

    private static int size(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
