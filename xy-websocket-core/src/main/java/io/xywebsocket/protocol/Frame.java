package io.xywebsocket.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One message of the protocol. Payloads and ids are slices of JSON text, their grammar checked and otherwise unread; a
 * payload that is null was missing, which differs from the text {@code null}.
 */
public sealed interface Frame {

    /** {@code {"e":"e.NAME","p":PAYLOAD}}. */
    record Event(String name, @Nullable String payload) implements Frame {}

    /** {@code {"e":"c.NAME","p":PAYLOAD,"id":ID}}; the id is null where the sender forgot it. */
    record Call(String name, @Nullable String payload, @Nullable String id) implements Frame {}

    /** {@code {"e":"resolve.NAME","id":ID,"p":RESULT}}. */
    record Resolve(String name, @Nullable String id, @Nullable String payload) implements Frame {}

    /** {@code {"e":"reject.NAME","id":ID,"p":ERROR}}. */
    record Reject(String name, @Nullable String id, @Nullable String payload) implements Frame {}

    /** A frame of no kind that we know: the room for extensions. To be ignored. */
    record Unknown() implements Frame {}
}
