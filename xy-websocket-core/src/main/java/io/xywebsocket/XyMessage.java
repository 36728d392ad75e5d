package io.xywebsocket;

import io.xywebsocket.transport.LogText;
import org.jspecify.annotations.Nullable;

/** A call or an event on its way through the {@link XyInterceptor interceptors}. Immutable. */
public final class XyMessage {

    /** Which way it goes. */
    public enum Direction {
        /** It came from the peer. */
        IN,
        /** It is to go to the peer. */
        OUT
    }

    /** What it is. */
    public enum Kind {
        /** A call, which is answered. */
        CALL,
        /** An event, which isn't. */
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

    /** Which way it goes. */
    public Direction direction() {
        return direction;
    }

    /** Whether it is a call or an event. */
    public Kind kind() {
        return kind;
    }

    /** The function's or event's name, without a prefix. One that came from the peer may be anything. */
    public String name() {
        return name;
    }

    /** What it carries. */
    public XyPayload payload() {
        return payload;
    }

    /** From whom it came, or to whom it goes. */
    public XyPeer peer() {
        return peer;
    }

    /**
     * The same message with another payload.
     *
     * @param value anything that can be serialised; an {@link XyPayload} is taken as it is, an {@link XyValue} is written as its type
     * @throws IllegalArgumentException if the value can't be serialised
     */
    public XyMessage withPayload(@Nullable Object value) {
        return new XyMessage(direction, kind, name, XyPayload.of(value, json), peer, json);
    }

    /** Without the payload: this text ends in logs. */
    @Override
    public String toString() {
        return "XyMessage[" + direction + " " + kind + " " + LogText.of(name) + "]";
    }
}
