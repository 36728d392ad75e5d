package io.xywebsocket;

import io.xywebsocket.protocol.JsonBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value with the type that it is written as, see {@link XyType#value}: a payload of a call, an event or a broadcast,
 * or an answer. Plain values are written as their class, which for a list doesn't include the type of its elements. As
 * immutable as the value.
 *
 * @since 0.1
 */
public final class XyValue {

    private final @Nullable Object value;
    private final XyType<?> type;
    private final @Nullable Map<String, @Nullable Object> members;

    private XyValue(@Nullable Object value, XyType<?> type, @Nullable Map<String, @Nullable Object> members) {
        this.value = value;
        this.type = type;
        this.members = members;
    }

    static XyValue of(@Nullable Object value, XyType<?> type) {
        return new XyValue(value, type, null);
    }

    /** Returns the value as one of this type; as it is if it says itself what it is. */
    static @Nullable Object typed(@Nullable Object value, XyType<?> type) {
        return value == null || value instanceof XyPayload || value instanceof XyValue ? value : of(value, type);
    }

    /** Returns an object with these members, each an {@link XyValue} or a plain value. */
    static XyValue ofMembers(Map<String, @Nullable Object> members) {
        return new XyValue(null, XyType.of(Map.class), members);
    }

    /**
     * Writes the value as its type, or as its class says where it is no instance of that.
     *
     * @param json writes it
     * @param to   takes the text as UTF-8; may be closed by this
     * @throws IllegalArgumentException      if the value can't be serialised; part of it may have been written
     * @throws UnsupportedOperationException if the type has a view, and {@code json} knows none
     * @throws IOException                   what the stream throws
     */
    public void writeTo(XyJson json, OutputStream to) throws IOException {
        if (members != null) {
            writeMembers(members, json, to);
        } else if (value instanceof XyPayload payload) {
            byte[] raw = payload.jsonOrNull();
            to.write(raw == null ? XyPayload.NULL : raw);
        } else if (type.saysMoreThanAClass()) {
            type.in(json).write(value, type.type(), to);
        } else {
            type.in(json).write(value, to);
        }
    }

    private static void writeMembers(Map<String, @Nullable Object> members, XyJson json, OutputStream to)
            throws IOException {
        String separator = "{";
        for (Map.Entry<String, @Nullable Object> member : members.entrySet()) {
            JsonBuffer name = new JsonBuffer()
                    .append(separator)
                    .appendQuoted(member.getKey())
                    .append(":");
            to.write(name.array(), 0, name.length());
            if (member.getValue() instanceof XyValue typed) {
                typed.writeTo(json, to);
            } else {
                json.write(member.getValue(), to);
            }
            separator = ",";
        }
        to.write('}');
    }

    /**
     * Writes the value as a text, see {@link #writeTo(XyJson, OutputStream)}.
     *
     * @param to takes the text once it is whole
     * @throws IOException what the writer throws
     */
    public void writeTo(XyJson json, Writer to) throws IOException {
        JsonBuffer text = new JsonBuffer();
        writeTo(json, text);
        to.write(text.toString());
    }

    /** Omits the value, as this text is logged. */
    @Override
    public String toString() {
        return "XyValue[" + type + "]";
    }
}
