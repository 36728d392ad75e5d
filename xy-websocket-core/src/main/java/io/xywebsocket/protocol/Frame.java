package io.xywebsocket.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One message of the protocol. Payloads and ids are slices of JSON text, their grammar checked and otherwise unread; a payload, which is
 * UTF-8 and belongs to whoever has the frame, is null if it was missing, which differs from the text {@code null}.
 *
 * @since 0.1
 */
@SuppressWarnings("ArrayRecordComponent") // frames are taken apart, not compared
public sealed interface Frame {

    /** {@code {"e":"e.NAME","p":PAYLOAD}}. */
    record Event(String name, byte @Nullable [] payload) implements Frame {}

    /**
     * {@code {"e":"c.NAME","p":PAYLOAD,"id":ID,"ttl":MS}}.
     *
     * @param id  null where the sender forgot it
     * @param ttl how many milliseconds the sender waits for the answer; 0 where it hasn't said so
     */
    record Call(String name, byte @Nullable [] payload, @Nullable String id, long ttl) implements Frame {}

    /** {@code {"e":"resolve.NAME","id":ID,"p":RESULT}}. */
    record Resolve(String name, @Nullable String id, byte @Nullable [] payload) implements Frame {}

    /** {@code {"e":"reject.NAME","id":ID,"p":ERROR}}. */
    record Reject(String name, @Nullable String id, byte @Nullable [] payload) implements Frame {}

    /** {@code {"e":"cancel.NAME","id":ID}}: whoever has sent the call with this id waits for its answer no longer. */
    record Cancel(String name, @Nullable String id) implements Frame {}

    /** A frame of no kind that we know: the room for extensions. To be ignored. */
    record Unknown() implements Frame {}
}
