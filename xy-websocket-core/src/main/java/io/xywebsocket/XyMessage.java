package io.xywebsocket;

import io.xywebsocket.untrusted.LogText;
import org.jspecify.annotations.Nullable;

/** A call or an event that passes the {@link XyInterceptor interceptors}. Immutable. */
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

    private final Direction direction;
    private final Kind kind;
    private final String name;
    private final XyPayload payload;
    private final XyPeer peer;
    private final XyJson json;

    private XyMessage(Direction direction, Kind kind, String name, XyPayload payload, XyPeer peer, XyJson json) {
        this.direction = direction;
        this.kind = kind;
        this.name = name;
        this.payload = payload;
        this.peer = peer;
        this.json = json;
    }

    static XyMessage in(Kind kind, String name, XyPayload payload, XyPeer peer, XyJson json) {
        return new XyMessage(Direction.IN, kind, name, payload, peer, json);
    }

    static XyMessage out(Kind kind, String name, XyPayload payload, XyPeer peer, XyJson json) {
        return new XyMessage(Direction.OUT, kind, name, payload, peer, json);
    }

    /** Returns the direction. */
    public Direction direction() {
        return direction;
    }

    /** Returns whether it is a call or an event. */
    public Kind kind() {
        return kind;
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
        return new XyMessage(direction, kind, name, XyPayload.of(value, json), peer, json);
    }

    /** Omits the payload, as this text is logged. */
    @Override
    public String toString() {
        return "XyMessage[" + direction + " " + kind + " " + LogText.of(name) + "]";
    }
}
