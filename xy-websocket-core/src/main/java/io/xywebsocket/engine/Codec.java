package io.xywebsocket.engine;

import io.xywebsocket.XyInternals;
import io.xywebsocket.XyJson;
import io.xywebsocket.XyPayload;
import io.xywebsocket.XyValue;
import io.xywebsocket.protocol.FrameDecoder;
import io.xywebsocket.protocol.FrameEncoder;
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

    EncodedFrame event(String name, @Nullable Object payload) {
        return EncodedFrame.of(
                encoder.event(name, encode(payload)),
                EncodedFrame.Kind.EVENT,
                TrafficLog.label(TrafficLog.Kind.EVENT, name, null));
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

    /**
     * Encodes the rejection of a call.
     *
     * @param calledAt see {@link TrafficLog#now}
     */
    EncodedFrame rejection(
            String function, @Nullable String callId, Throwable error, EncodedFrame.Kind kind, long calledAt) {
        byte[] payload = errors.rejection(function, error);
        return EncodedFrame.of(
                encoder.reject(function, callId, payload),
                kind,
                TrafficLog.rejection(function, callId, payload, calledAt));
    }
}
