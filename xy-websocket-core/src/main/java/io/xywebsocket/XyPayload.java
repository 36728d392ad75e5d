package io.xywebsocket;

import io.xywebsocket.protocol.JsonBuffer;
import io.xywebsocket.protocol.JsonObjectSlicer;
import io.xywebsocket.protocol.MalformedFrameException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A payload as JSON text in UTF-8, converted to a Java value only on demand. Immutable, except for {@link #release}.
 *
 * <p>A missing payload differs from {@code null}: it corresponds to {@code undefined} in JavaScript. As an argument or
 * a result, a payload is sent as it is.
 *
 * @since 0.1
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

    /** Returns the missing payload. */
    public static XyPayload none() {
        return NONE;
    }

    /**
     * Creates a payload from JSON text.
     *
     * @param json    one JSON value; its grammar is not checked again
     * @param binding reads it as a type
     */
    public static XyPayload ofJson(String json, XyJson binding) {
        return new XyPayload(JsonBuffer.utf8(json), binding);
    }

    /**
     * Creates a payload from JSON text in UTF-8.
     *
     * @param json    one JSON value as valid UTF-8; neither checked nor copied, so don't change it
     * @param binding reads it as a type
     */
    public static XyPayload ofJson(byte[] json, XyJson binding) {
        return new XyPayload(json, binding);
    }

    /**
     * Serialises a value. An {@link XyPayload} is returned as it is; an {@link XyValue} is written as its type.
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

    /** Returns whether there is a payload, including {@code null}. */
    public boolean isPresent() {
        return json != null || released;
    }

    /**
     * Releases the text, for a handler that has read it and runs for long. Typed and annotated functions do so before
     * they run. Not thread-safe; later access throws an {@link IllegalStateException}.
     */
    public void release() {
        if (json != null) { // the missing one is shared by all threads
            released = true;
            json = null;
        }
    }

    /** Reads the value and releases the text, unless the value is this payload. */
    <T> T take(XyType<T> type) {
        T value = as(type);
        if (value != this
                && !(value instanceof Optional<?> optional && optional.isPresent() && optional.get() == this)) {
            release();
        }
        return value;
    }

    /** Returns a copy that the receiver may release. */
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

    /** Returns the JSON text, decoded on each call; empty if the payload is missing. */
    public String json() {
        byte[] text = jsonOrNull();
        return text == null ? "" : new String(text, StandardCharsets.UTF_8);
    }

    /** Returns whether the payload is the JSON value {@code null}; false for a missing one. */
    public boolean isNull() {
        return Arrays.equals(jsonOrNull(), NULL);
    }

    /**
     * Reads the payload. An {@link XyPayload} is this one, missing or not; an {@link Optional} is empty for a missing
     * one and for {@code null}.
     *
     * @return the value; null where the JSON is {@code null} and the type has no other form for it
     * @throws XyException with status 400 if the payload is missing or doesn't fit the type; the message says where
     */
    public <T> T as(Class<T> type) {
        return as(XyType.of(type));
    }

    /** Reads the payload, see {@link #as(Class)}. */
    @SuppressWarnings({"unchecked", "NullAway"}) // null if the sender sent null, as with Map.get
    public <T> T as(XyType<T> type) {
        if (type.type() instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return (T) optional(type, generic.getActualTypeArguments()[0]);
        }
        return (T) read(type, type.type());
    }

    private Optional<Object> optional(XyType<?> type, Type held) {
        return jsonOrNull() == null || isNull() ? Optional.empty() : Optional.ofNullable(read(type, held));
    }

    /** @param wanted the type to read, in the view of the other one */
    private @Nullable Object read(XyType<?> type, Type wanted) {
        if (wanted == XyPayload.class) {
            return this;
        }
        byte[] text = jsonOrNull();
        if (text == null || binding == null) {
            throw new XyException(400, "Missing payload");
        }
        try {
            return type.in(binding).read(text, 0, text.length, wanted);
        } catch (XyBindingException e) {
            throw new XyException(400, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Returns the members of an object as payloads, in order; of duplicates the last one counts.
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

    /** Omits the payload, as this text is logged. */
    @Override
    public String toString() {
        if (released) {
            return "XyPayload[released]";
        }
        return json == null ? "XyPayload[none]" : "XyPayload[" + json.length + " bytes]";
    }
}
