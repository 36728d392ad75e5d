package io.xywebsocket;

import io.xywebsocket.untrusted.LogText;
import org.jspecify.annotations.Nullable;

/**
 * A call or an event that passes the {@link XyInterceptor interceptors}. Immutable.
 *
 * <p>The engine makes messages; the factories here are for tests of interceptors:
 *
 * <pre>{@code
 * XyMessage call = XyMessage.incomingCall("admin.stop", XyPayload.none(), peer);
 *
 * assertThatThrownBy(() -> new LoggedInOnly().incomingCall(call, passed -> "stopped"))
 *         .hasMessage("Log in first");
 * }</pre>
 *
 * @since 0.1
 */
public final class XyMessage {

    /** The direction of a message. */
    public enum Direction {
        /** Sent by the peer. */
        IN,
        /** To be sent to the peer. */
        OUT
    }

    /** The kind of a message. */
    public enum Kind {
        /** A call, which has an answer. */
        CALL,
        /** An event, which has none. */
        EVENT
    }

    /** One of the four ways through an {@link XyInterceptor}. */
    enum Way {
        INCOMING_CALL(Direction.IN, Kind.CALL),
        OUTGOING_CALL(Direction.OUT, Kind.CALL),
        INCOMING_EVENT(Direction.IN, Kind.EVENT),
        OUTGOING_EVENT(Direction.OUT, Kind.EVENT);

        private final Direction direction;
        private final Kind kind;

        Way(Direction direction, Kind kind) {
            this.direction = direction;
            this.kind = kind;
        }

        private static Way of(Direction direction, Kind kind) {
            if (kind == Kind.CALL) {
                return direction == Direction.IN ? INCOMING_CALL : OUTGOING_CALL;
            }
            return direction == Direction.IN ? INCOMING_EVENT : OUTGOING_EVENT;
        }
    }

    private final Way way;
    private final String name;
    private final XyPayload payload;
    private final XyPeer peer;
    private final XyJson json;

    /** The type that the caller reads the answer as; null if it isn't known here. */
    private final @Nullable XyType<?> answer;

    XyMessage(Way way, String name, XyPayload payload, XyPeer peer, XyJson json, @Nullable XyType<?> answer) {
        this.way = way;
        this.name = name;
        this.payload = payload;
        this.peer = peer;
        this.json = json;
        this.answer = answer;
    }

    /**
     * Creates a call of a peer, for tests.
     *
     * @param name    the function's name, without a prefix
     * @param payload a value that {@link XyJson#plain} can write; an {@link XyPayload} is used as it is, {@link
     *     XyPayload#none} for none
     * @param peer    the caller
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    public static XyMessage incomingCall(String name, @Nullable Object payload, XyPeer peer) {
        return of(Direction.IN, Kind.CALL, name, payload, peer, XyJson.plain());
    }

    /** Creates a call to a peer, for tests; see {@link #incomingCall}. */
    public static XyMessage outgoingCall(String name, @Nullable Object payload, XyPeer peer) {
        return of(Direction.OUT, Kind.CALL, name, payload, peer, XyJson.plain());
    }

    /** Creates an event of a peer, for tests; see {@link #incomingCall}. */
    public static XyMessage incomingEvent(String name, @Nullable Object payload, XyPeer peer) {
        return of(Direction.IN, Kind.EVENT, name, payload, peer, XyJson.plain());
    }

    /** Creates an event to a peer, for tests; see {@link #incomingCall}. */
    public static XyMessage outgoingEvent(String name, @Nullable Object payload, XyPeer peer) {
        return of(Direction.OUT, Kind.EVENT, name, payload, peer, XyJson.plain());
    }

    /**
     * Creates a message, for tests with a JSON mapper of their own.
     *
     * @param name    the name of the function or event, without a prefix
     * @param payload a serialisable value; an {@link XyPayload} is used as it is
     * @param peer    the sender or receiver
     * @param json    writes this payload, those of {@link #withPayload} and answers
     * @throws IllegalArgumentException if the payload can't be serialised
     */
    public static XyMessage of(
            Direction direction, Kind kind, String name, @Nullable Object payload, XyPeer peer, XyJson json) {
        return new XyMessage(Way.of(direction, kind), name, XyPayload.of(payload, json), peer, json, null);
    }

    /** Returns the direction. */
    public Direction direction() {
        return way.direction;
    }

    /** Returns whether it is a call or an event. */
    public Kind kind() {
        return way.kind;
    }

    /** Returns the name of the function or event, without a prefix. A peer may send any name. */
    public String name() {
        return name;
    }

    /** Returns the payload. */
    public XyPayload payload() {
        return payload;
    }

    /** Returns the peer that sent it or will receive it. */
    public XyPeer peer() {
        return peer;
    }

    /**
     * Returns the same message with another payload.
     *
     * @param value a serialisable value; an {@link XyPayload} is used as it is, an {@link XyValue} is written as its
     *     type
     * @throws IllegalArgumentException if the value can't be serialised
     */
    public XyMessage withPayload(@Nullable Object value) {
        return new XyMessage(way, name, XyPayload.of(value, json), peer, json, answer);
    }

    /**
     * Returns an answer to an {@linkplain XyInterceptor#outgoingCall outgoing call}, in place of the peer's or made of
     * it.
     *
     * @param value a serialisable value, written as the type that the caller asked for where it is of that type; an
     *     {@link XyPayload} is used as it is, an {@link XyValue} is written as its own type
     * @throws IllegalArgumentException if the value can't be serialised
     */
    public XyPayload answer(@Nullable Object value) {
        return XyPayload.of(answer == null ? value : XyValue.typed(value, answer), json);
    }

    /** Omits the payload, as this text is logged. */
    @Override
    public String toString() {
        return "XyMessage[" + way.direction + " " + way.kind + " " + LogText.of(name) + "]";
    }
}
