package io.xywebsocket.cluster;

import io.xywebsocket.protocol.JsonBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A message to one or all other nodes: one line of a frame. */
public final class Message {

    /** What may be done with a message that can't be published soon. */
    public enum Kind {
        /** Counted and dropped. */
        EVENT,
        /** Refused at once. */
        CALL,
        /** Published in the end, unless several times as much waits as an event may wait for. */
        VITAL,
        /** As {@link #VITAL}, with more room: says that there is none for an answer. */
        REJECTION,
        /** As {@link #VITAL}; its frame says what this node has published. */
        HEARTBEAT
    }

    final Kind kind;
    final @Nullable Object latestKey;
    private byte[] line;

    /** When the caller gives up, of the clock; of calls only. */
    private final long deadline;

    /** When it was queued, or what it says was, of the clock. */
    long queuedAt;

    /** Whether a later event of the same key has come, for which there was no room. Guarded by the queue. */
    boolean isSuperseded;

    /**
     * @param line      a JSON object in UTF-8, whose first member is {@code k}; line breaks in it become spaces
     * @param latestKey equal for messages of which only the latest counts; null for none
     */
    public Message(Kind kind, byte[] line, @Nullable Object latestKey) {
        this(kind, line, latestKey, 0);
    }

    public Message(Kind kind, byte[] line) {
        this(kind, line, null);
    }

    private Message(Kind kind, byte[] line, @Nullable Object latestKey, long deadline) {
        this.kind = kind;
        this.latestKey = latestKey;
        this.line = oneLine(line);
        this.deadline = deadline;
    }

    /**
     * Creates a call. What is left of its time is added when it is published, as {@code ttl} in milliseconds.
     *
     * @param line     a JSON object without its closing brace
     * @param deadline when the caller gives up, of the cluster's clock
     */
    public static Message call(byte[] line, long deadline) {
        return new Message(Kind.CALL, line, null, deadline);
    }

    /** Returns whether it is of no use any more. */
    boolean isStale(long now, Duration outage) {
        long waited = now - queuedAt;
        return switch (kind) {
            case EVENT -> waited > outage.toNanos();
            case CALL -> deadline - now <= 0;
            case VITAL, REJECTION, HEARTBEAT -> false;
        };
    }

    /** Returns about how many bytes it has. */
    int size() {
        return line.length;
    }

    void appendTo(JsonBuffer frame, long now) {
        frame.append(line);
        if (kind == Kind.CALL) {
            long left = Math.max(0, deadline - now + 999_999) / 1_000_000;
            frame.append(",\"ttl\":").append(Long.toString(left)).append("}");
        }
    }

    /** Takes the content of a later message, in the place of this one. Returns by how many bytes it has grown. */
    int replaceBy(Message later) {
        int grown = later.line.length - line.length;
        line = later.line;
        queuedAt = later.queuedAt;
        return grown;
    }

    /** A line break in JSON stands between tokens only. */
    private static byte[] oneLine(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                json[i] = ' ';
            }
        }
        return json;
    }
}
