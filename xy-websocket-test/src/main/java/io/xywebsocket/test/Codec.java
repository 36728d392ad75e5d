package io.xywebsocket.test;

import io.xywebsocket.XyException;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.protocol.Frame;
import io.xywebsocket.protocol.FrameDecoder;
import io.xywebsocket.protocol.FrameEncoder;
import io.xywebsocket.protocol.FrameEncoder.Payload;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.MalformedFrameException;
import io.xywebsocket.protocol.Prefixes;
import java.lang.reflect.ParameterizedType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values to frames and back, at the peers' end. Thread-safe. */
final class Codec {

    /** Milliseconds; thirty years. Only a call that says how long it waits can be cancelled. */
    private static final long ENDLESS = 1_000_000_000_000L;

    private final FrameEncoder encoder;
    private final FrameDecoder decoder;
    private final XyJson json;

    Codec(XyJson json, Prefixes prefixes) {
        this.json = json;
        this.encoder = new FrameEncoder(prefixes);
        this.decoder = new FrameDecoder(prefixes);
    }

    Frame decode(String text) {
        try {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            return decoder.decode(utf8, 0, utf8.length);
        } catch (MalformedFrameException e) {
            return new Frame.Unknown();
        }
    }

    /** A payload's JSON; null for none. */
    @Nullable
    String write(@Nullable Object value) {
        XyPayload payload = XyPayload.of(value, json);
        return payload.isPresent() ? payload.json() : null;
    }

    String event(String name, @Nullable String json) {
        return encoder.event(name, content(json)).toString();
    }

    /** A call without an end, as far as its frame says: how long a test waits is real time, which the endpoint's clock need not be. */
    String call(String name, @Nullable String json, String id) {
        return encoder.call(name, content(json), id, ENDLESS).toString();
    }

    String resolve(String name, String id, @Nullable String json) {
        return encoder.resolve(name, id, content(json)).toString();
    }

    String write(XyException rejection) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("ok", false);
        members.put("status", rejection.status());
        members.put("message", rejection.getMessage());
        members.putAll(rejection.details());
        return json.write(members);
    }

    String reject(String name, @Nullable String id, String json) {
        return encoder.reject(name, id, JsonBuffer.utf8(json)).toString();
    }

    /** Null if there is no prefix for that. */
    @Nullable
    String cancel(String name, String id) {
        JsonBuffer frame = encoder.cancel(name, id);
        return frame == null ? null : frame.toString();
    }

    private static @Nullable Payload content(@Nullable String json) {
        return json == null ? null : Payload.ofNullable(JsonBuffer.utf8(json));
    }

    XyPayload payload(@Nullable String text) {
        return text == null ? XyPayload.none() : XyPayload.ofJson(text, json);
    }

    /**
     * Reads a payload; a missing one is null, or what the type has for it.
     *
     * @throws XyException if it doesn't fit
     */
    @SuppressWarnings("NullAway") // like XyPayload.as: whoever sends nothing gets null
    <T> T read(@Nullable String text, XyType<T> type) {
        boolean takesNone = type.type() == XyPayload.class
                || (type.type() instanceof ParameterizedType generic && generic.getRawType() == Optional.class);
        return (text == null && !takesNone) || type.type() == Void.class
                ? null
                : payload(text).as(type);
    }

    /** The exception that a rejection is at the caller's. */
    XyException rejection(@Nullable String text) {
        Map<String, XyPayload> members = payload(text).members();
        XyPayload status = members.getOrDefault("status", XyPayload.none());
        XyPayload message = members.getOrDefault("message", XyPayload.none());
        XyException rejection = new XyException(status.as(Integer.class), message.as(String.class));
        members.forEach((name, value) -> {
            if (!name.equals("ok") && !name.equals("status") && !name.equals("message")) {
                rejection.with(name, value.as(Object.class));
            }
        });
        return rejection;
    }
}
