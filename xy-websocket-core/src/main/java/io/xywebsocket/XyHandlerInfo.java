package io.xywebsocket;

import io.xywebsocket.untrusted.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Describes a function or listener that is registered, for an {@link XyHandlerDecorator}. Immutable.
 *
 * @since 0.1
 */
public final class XyHandlerInfo {

    /** What a handler handles. */
    public enum Kind {
        /** A function, which handles calls. */
        FUNCTION,
        /** A listener, which handles events. */
        LISTENER
    }

    private final Kind kind;
    private final @Nullable String name;
    private final boolean guarded;

    private XyHandlerInfo(Kind kind, @Nullable String name, boolean guarded) {
        this.kind = kind;
        this.name = name;
        this.guarded = guarded;
    }

    /**
     * Describes a function without an access rule.
     *
     * @param name the function's name, without a prefix; null for the {@link XyHandlers#fallback fallback}
     */
    public static XyHandlerInfo function(@Nullable String name) {
        return new XyHandlerInfo(Kind.FUNCTION, name, false);
    }

    /**
     * Describes a listener without an access rule.
     *
     * @param name the event's name, without a prefix; null for one of {@link XyHandlers#onUnhandled unhandled events}
     */
    public static XyHandlerInfo listener(@Nullable String name) {
        return new XyHandlerInfo(Kind.LISTENER, name, false);
    }

    /** Returns the same description with an access rule. */
    public XyHandlerInfo withGuard() {
        return new XyHandlerInfo(kind, name, true);
    }

    /** Returns whether it is a function or a listener. */
    public Kind kind() {
        return kind;
    }

    /** Returns the name of the function or event, without a prefix; null for the fallback and for unhandled events. */
    public @Nullable String name() {
        return name;
    }

    /**
     * Returns whether the handler has an access rule: it was registered by {@link XyHandlers#guardedBy}. Others are
     * refused with deny-by-default.
     */
    public boolean guarded() {
        return guarded;
    }

    @Override
    public String toString() {
        String what = name == null ? "(unnamed)" : LogText.of(name).toString();
        return "XyHandlerInfo[" + kind + " " + what + (guarded ? ", guarded]" : "]");
    }
}
