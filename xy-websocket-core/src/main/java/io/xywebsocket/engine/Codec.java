package io.xywebsocket.engine;

import io.xywebsocket.XyInternals;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyType;
import io.xywebsocket.XyValue;
import io.xywebsocket.protocol.FrameDecoder;
import io.xywebsocket.protocol.FrameEncoder;
import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.Prefixes;
import org.jspecify.annotations.Nullable;

/** Turns frames into bytes and back, and payloads into JSON. Immutable. */
final class Codec {

    final FrameDecoder decoder;
    final FrameEncoder encoder;
    final XyJson json;
    final ErrorAnswers errors;

    Codec(Prefixes prefixes, XyJson json, ErrorAnswers errors) {
        this.decoder = new FrameDecoder(prefixes);
        this.encoder = new FrameEncoder(prefixes);
        this.json = json;
        this.errors = errors;
    }

    /** Encodes a payload that is sent later or often. */
    XyPayload payload(@Nullable Object value) {
        return XyPayload.of(value, json);
    }

    /** A value that is to be written as this type; as it is if it says itself what it is. */
    @Nullable
    static Object typed(@Nullable Object value, XyType<?> type) {
        return value == null || value instanceof XyPayload || value instanceof XyValue
                ? value
                : XyInternals.value(value, type);
    }

    EncodedFrame event(String name, @Nullable Object payload) {
        return EncodedFrame.of(encoder.event(name, encode(payload)), EncodedFrame.Kind.EVENT);
    }

    /** Returns an encoder for a payload; null for none. */
    FrameEncoder.@Nullable Payload encode(@Nullable Object payload) {
        if (payload instanceof XyPayload raw) {
            return FrameEncoder.Payload.ofNullable(XyInternals.json(raw));
        } else if (payload instanceof XyValue typed) {
            return frame -> typed.writeTo(json, frame);
        }
        return frame -> json.write(payload, frame);
    }

    /** Encodes the rejection of a call. */
    JsonBuffer rejection(String function, @Nullable String callId, Throwable error) {
        return encoder.reject(function, callId, errors.rejection(function, error));
    }
}
