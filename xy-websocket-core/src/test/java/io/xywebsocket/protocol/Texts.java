package io.xywebsocket.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The protocol in texts, which tests can be read in. */
public final class Texts {

    private Texts() {}

    /** Reads a frame that stands in the middle of an array, as it may on the wire, which is used for something else afterwards. */
    public static Frame decode(FrameDecoder decoder, String text) throws MalformedFrameException {
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        byte[] array = ("\"}" + text + "{\"e\":").getBytes(StandardCharsets.UTF_8);
        try {
            return decoder.decode(array, 2, json.length);
        } finally {
            Arrays.fill(array, (byte) '!');
        }
    }

    /** A payload of a frame; null for none. */
    public static @Nullable String of(byte @Nullable [] json) {
        return json == null ? null : new String(json, StandardCharsets.UTF_8);
    }

    /** A payload for an encoder; null for none. */
    public static FrameEncoder.@Nullable Payload payload(@Nullable String json) {
        return FrameEncoder.Payload.ofNullable(json == null ? null : JsonBuffer.utf8(json));
    }

    static Map<String, String> slice(String json) throws MalformedFrameException {
        Map<String, String> members = new LinkedHashMap<>();
        JsonObjectSlicer.slice(json.getBytes(StandardCharsets.UTF_8))
                .forEach((name, value) -> members.put(name, new String(value, StandardCharsets.UTF_8)));
        return members;
    }
}
