package io.xywebsocket;

import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.JsonObjectSlicer;
import io.xywebsocket.protocol.MalformedFrameException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A payload as it came, or as it is to go: JSON text, in UTF-8, that becomes a Java value only when asked. Immutable, but for {@link #release}.
 *
 * <p>A missing payload differs from {@code null}: it is what a JavaScript peer's {@code undefined} is. Used as an
 * argument of a call or event, or as a result, a payload is sent as it is.
 */
public final class XyPayload {

    private static final XyPayload NONE = new XyPayload(null, null);

    static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private byte @Nullable [] json;
    private final @Nullable XyJson binding;
    private boolean released;

    private XyPayload(byte @Nullable [] json, @Nullable XyJson binding) {
        this.json = json;
        this.binding = binding;
    }

    /** The missing payload. */
    public static XyPayload none() {
        return NONE;
    }

    /**
     * A payload of JSON text.
     *
     * @param json    one JSON value; its grammar is not checked again
     * @param binding reads it when it is asked for as a type
     */
    public static XyPayload ofJson(String json, XyJson binding) {
        return new XyPayload(JsonBuffer.utf8(json), binding);
    }

    /**
     * A payload of JSON text in UTF-8.
     *
     * @param json    one JSON value as valid UTF-8; neither checked nor copied, so it is not to be changed any more
     * @param binding reads it when it is asked for as a type
     */
    public static XyPayload ofJson(byte[] json, XyJson binding) {
        return new XyPayload(json, binding);
    }

    /**
     * The payload that a value is sent as. An {@link XyPayload} is one already; an {@link XyValue} is written as its type.
     *
     * @param json writes the value
     * @throws IllegalArgumentException if it can't be serialised
     */
    public static XyPayload of(@Nullable Object value, XyJson json) {
        if (value instanceof XyPayload ready) {
            return ready;
        }
        JsonBuffer text = new JsonBuffer();
        try {
            if (value instanceof XyValue typed) {
                typed.writeTo(json, text);
            } else {
                json.write(value, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ofJson(text.toByteArray(), json);
    }

    static XyPayload ofNullable(byte @Nullable [] json, XyJson binding) {
        return json == null ? NONE : new XyPayload(json, binding);
    }

    /** Whether there is a payload, be it {@code null}. */
    public boolean isPresent() {
        return json != null || released;
    }

    /**
     * Lets the text go, which may be large: for a handler that has read what it needs and goes on for long. Typed and annotated functions do that
     * before they run. Of one thread; to ask for the text or a value after that is an {@link IllegalStateException}.
     */
    public void release() {
        released = isPresent();
        json = null;
    }

    /** The value, for the last who wants it. */
    <T> T take(XyType<T> type) {
        T value = as(type);
        release();
        return value;
    }

    /** The same payload for somebody who may release it. */
    XyPayload copy() {
        byte[] text = jsonOrNull();
        return text == null ? NONE : new XyPayload(text, binding);
    }

    byte @Nullable [] jsonOrNull() {
        if (released) {
            throw new IllegalStateException(
                    "The payload's text has been released; read it before the handler runs, or let the handler take an XyPayload");
        }
        return json;
    }

    /** The JSON text, made of its bytes each time; empty if the payload is missing. */
    public String json() {
        byte[] text = jsonOrNull();
        return text == null ? "" : new String(text, StandardCharsets.UTF_8);
    }

    /** Whether it is the JSON value {@code null}; a missing one is not. */
    public boolean isNull() {
        return Arrays.equals(jsonOrNull(), NULL);
    }

    /**
     * Reads the payload.
     *
     * @return the value; null where the JSON is {@code null} and the type has no other form for it
     * @throws XyException with status 400 if the payload is missing or doesn't fit the type; the message says where
     */
    public <T> T as(Class<T> type) {
        return as(XyType.of(type));
    }

    /** Reads the payload, see {@link #as(Class)}. */
    @SuppressWarnings({"unchecked", "NullAway"}) // like Map.get: whoever sends null gets null
    public <T> T as(XyType<T> type) {
        byte[] text = jsonOrNull();
        if (text == null || binding == null) {
            throw new XyException(400, "Missing payload");
        }
        try {
            return (T) type.in(binding).read(text, 0, text.length, type.type());
        } catch (XyBindingException e) {
            throw new XyException(400, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The members of a payload that is an object, each a payload of its own, in their order; of duplicates the last wins.
     *
     * @throws XyException with status 400 if the payload is missing or not an object
     */
    public Map<String, XyPayload> members() {
        byte[] text = jsonOrNull();
        if (text == null || binding == null) {
            throw new XyException(400, "Missing payload");
        }
        try {
            Map<String, XyPayload> members = new LinkedHashMap<>();
            JsonObjectSlicer.slice(text).forEach((name, value) -> members.put(name, ofJson(value, binding)));
            return Collections.unmodifiableMap(members);
        } catch (MalformedFrameException e) {
            throw new XyException(400, "Invalid payload: expected an object", e);
        }
    }

    /** Doesn't show the payload: this text ends in logs. */
    @Override
    public String toString() {
        if (released) {
            return "XyPayload[released]";
        }
        return json == null ? "XyPayload[none]" : "XyPayload[" + json.length + " bytes]";
    }
}
