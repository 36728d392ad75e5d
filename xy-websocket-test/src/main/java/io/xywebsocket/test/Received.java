package io.xywebsocket.test;

import io.xywebsocket.XyException;
import io.xywebsocket.XyType;
import io.xywebsocket.protocol.Frame;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A text that a peer has received. */
record Received(Kind kind, String name, @Nullable String payload, @Nullable String id, String text) {

    private static final int SHOWN = 200;

    enum Kind {
        EVENT("event"),
        CALL("call"),
        RESOLVE("answer of"),
        REJECT("rejection of"),
        CANCEL("cancellation of"),
        UNKNOWN("text");

        private final String shown;

        Kind(String shown) {
            this.shown = shown;
        }

        String shown() {
            return shown;
        }
    }

    static Received of(Frame frame, String text) {
        if (frame instanceof Frame.Event event) {
            return new Received(Kind.EVENT, event.name(), text(event.payload()), null, text);
        } else if (frame instanceof Frame.Call call) {
            return new Received(Kind.CALL, call.name(), text(call.payload()), call.id(), text);
        } else if (frame instanceof Frame.Resolve resolve) {
            return new Received(Kind.RESOLVE, resolve.name(), text(resolve.payload()), resolve.id(), text);
        } else if (frame instanceof Frame.Reject reject) {
            return new Received(Kind.REJECT, reject.name(), text(reject.payload()), reject.id(), text);
        } else if (frame instanceof Frame.Cancel cancel) {
            return new Received(Kind.CANCEL, cancel.name(), null, cancel.id(), text);
        }
        return new Received(Kind.UNKNOWN, "", null, null, text);
    }

    private static @Nullable String text(byte @Nullable [] payload) {
        return payload == null ? null : new String(payload, StandardCharsets.UTF_8);
    }

    boolean is(Kind wanted, String wantedName) {
        return kind == wanted && name.equals(wantedName);
    }

    /** For messages. */
    String shown() {
        String what = kind == Kind.UNKNOWN ? kind.shown : kind.shown + " '" + name + "'";
        String with = kind == Kind.UNKNOWN ? text : payload;
        if (with == null) {
            return what;
        }
        return what + " " + (with.length() > SHOWN ? with.substring(0, SHOWN) + "…" : with);
    }

    /** What is said when the payload doesn't fit. */
    AssertionError isNo(XyType<?> type, XyException why) {
        return new AssertionError(
                "Expected a payload that is a " + type + ", but received " + shown() + ": " + why.getMessage(), why);
    }
}
