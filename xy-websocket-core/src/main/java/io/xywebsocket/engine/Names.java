package io.xywebsocket.engine;

import io.xywebsocket.XyLimits;
import org.jspecify.annotations.Nullable;

/** Limits the length of names and ids, which are kept, repeated and logged. */
final class Names {

    /** Answered before functions are looked up: the ping of clients in browsers, which have no ping frames. */
    static final String ALIVE = "xy.alive";

    private Names() {}

    /** Returns whether a name has more than {@link XyLimits#MAX_NAME} characters. */
    static boolean isTooLong(String name) {
        return name.length() > XyLimits.MAX_NAME;
    }

    /** Returns whether an id has more than {@link XyLimits#MAX_ID} characters. */
    static boolean isIdTooLong(@Nullable String id) {
        return id != null && id.length() > XyLimits.MAX_ID;
    }

    /** Returns the name, cut to its maximum length. */
    static String beginning(String name) {
        if (!isTooLong(name)) {
            return name;
        }
        return name.substring(
                0,
                Character.isHighSurrogate(name.charAt(XyLimits.MAX_NAME - 1))
                        ? XyLimits.MAX_NAME - 1
                        : XyLimits.MAX_NAME);
    }
}
