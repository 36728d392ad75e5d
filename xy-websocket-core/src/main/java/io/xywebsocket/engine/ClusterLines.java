package io.xywebsocket.engine;

import io.xywebsocket.XyInternals;
import io.xywebsocket.XyPayload;
import io.xywebsocket.cluster.Message;
import io.xywebsocket.protocol.JsonBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the messages between nodes, see "Messages between nodes" in docs/architecture.md. */
final class ClusterLines {

    /** What makes events interchangeable of which only the latest counts. */
    private record Latest(Object addressee, String event, String key) {}

    /** An id of a member, one of a call, and what stands between them. */
    private static final int BYTES_A_CALL = 64;

    private ClusterLines() {}

    static JsonBuffer begin(String kind) {
        return begin(new JsonBuffer(), kind);
    }

    private static JsonBuffer begin(JsonBuffer empty, String kind) {
        return empty.append("{\"k\":\"").append(kind).append("\"");
    }

    static void text(JsonBuffer line, String name, @Nullable String value) {
        if (value != null) {
            line.append(",\"").append(name).append("\":").appendQuoted(value);
        }
    }

    static void texts(JsonBuffer line, String name, Collection<String> values) {
        if (values.isEmpty()) {
            return;
        }
        line.append(",\"").append(name).append("\":[");
        String separator = "";
        for (String value : values) {
            line.append(separator).appendQuoted(value);
            separator = ",";
        }
        line.append("]");
    }

    static void number(JsonBuffer line, String name, long value) {
        line.append(",\"").append(name).append("\":").append(Long.toString(value));
    }

    static void payload(JsonBuffer line, byte @Nullable [] json) {
        if (json != null) {
            line.append(",\"p\":").append(json);
        }
    }

    static Message end(Message.Kind kind, JsonBuffer line) {
        return new Message(kind, line.append("}").toByteArray());
    }

    /** @param key null if each event counts */
    static Message event(Addressees addressees, String event, @Nullable String key, XyPayload payload) {
        JsonBuffer line = begin("ev");
        if (addressees.kind() != Addressees.Kind.EVERYBODY) {
            texts(line, addressees.kind() == Addressees.Kind.GROUPS ? "g" : "u", addressees.names());
        }
        texts(line, "x", addressees.except());
        return event(line, addressees, event, key, payload);
    }

    static Message eventToMember(String member, String event, @Nullable String key, XyPayload payload) {
        JsonBuffer line = begin("send");
        text(line, "m", member);
        return event(line, member, event, key, payload);
    }

    private static Message event(
            JsonBuffer line, Object addressee, String event, @Nullable String key, XyPayload payload) {
        text(line, "n", event);
        text(line, "key", key);
        payload(line, XyInternals.json(payload));
        line.append("}");
        Object latest = key == null ? null : new Latest(addressee, event, key);
        return new Message(Message.Kind.EVENT, line.toByteArray(), latest);
    }

    /** A member as it is now: {@code up} for one that has connected, {@code is} in a list of all. */
    static Message member(String kind, String id, @Nullable String user, Collection<String> groups, long since) {
        JsonBuffer line = begin(kind);
        text(line, "m", id);
        text(line, "u", user);
        texts(line, "g", groups);
        number(line, "t", since);
        return end(Message.Kind.VITAL, line);
    }

    static Message gone(String id, int code) {
        JsonBuffer line = begin("dn");
        text(line, "m", id);
        number(line, "c", code);
        return end(Message.Kind.VITAL, line);
    }

    /** A member has joined ({@code jn}) or left ({@code lv}) a group. */
    static Message group(String kind, String id, String group) {
        JsonBuffer line = begin(kind);
        text(line, "m", id);
        text(line, "g", group);
        return end(Message.Kind.VITAL, line);
    }

    static Message user(String id, @Nullable String user) {
        JsonBuffer line = begin("who");
        text(line, "m", id);
        text(line, "u", user);
        return end(Message.Kind.VITAL, line);
    }

    /** The members are about to be disconnected, and may take so long to return. */
    static Message stop(Duration returnWindow) {
        JsonBuffer line = begin("stop");
        number(line, "back", returnWindow.toMillis());
        return end(Message.Kind.VITAL, line);
    }

    /** A user without members who counts as online for some time. */
    static Message lingering(String user, Duration left) {
        JsonBuffer line = begin("lg");
        text(line, "u", user);
        number(line, "t", left.toMillis());
        return end(Message.Kind.VITAL, line);
    }

    static Message close(String id, int code, String reason) {
        JsonBuffer line = begin("close");
        text(line, "m", id);
        number(line, "c", code);
        text(line, "r", reason);
        return end(Message.Kind.VITAL, line);
    }

    /** An answer: {@code ans}, {@code rej} or {@code gone}. */
    static Message answer(String kind, String callId, byte @Nullable [] payload) {
        // exactly as long as the line, which then needs no copy
        int length = 14 + kind.length() + callId.length() + (payload == null ? 0 : 5 + payload.length);
        JsonBuffer line = begin(new JsonBuffer(length), kind).append(",\"id\":").append(callId);
        payload(line, payload);
        return end(kind.equals("ans") ? Message.Kind.VITAL : Message.Kind.REJECTION, line);
    }

    /** Tells other nodes something that is about no member. */
    static Message notice(String about, String content) {
        JsonBuffer line = begin("tell");
        text(line, "n", about);
        text(line, "p", content);
        return end(Message.Kind.VITAL, line);
    }

    static Message cancel(String callId) {
        return end(Message.Kind.VITAL, begin("cancel").append(",\"id\":").append(callId));
    }

    /** @param line not ended yet: what is left of the call's time comes last */
    static Message call(JsonBuffer line, PendingCall call) {
        return Message.call(line.toByteArray(), call.deadline);
    }

    /** One call to several members of a node. */
    static Message many(List<? extends PendingCall> calls, String function, XyPayload payload) {
        JsonBuffer line = begin(new JsonBuffer(BYTES_A_CALL * calls.size() + 256), "many");
        text(line, "n", function);
        payload(line, XyInternals.json(payload));
        line.append(",\"ms\":[");
        String separator = "";
        for (PendingCall call : calls) {
            line.append(separator).appendQuoted(String.valueOf(call.member)).append(",");
            line.append(PendingCalls.format(call.id));
            separator = ",";
        }
        line.append("]");
        return call(line, calls.get(0));
    }
}
