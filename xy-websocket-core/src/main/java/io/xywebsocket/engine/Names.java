package io.xywebsocket.engine;

import io.xywebsocket.XyLimits;
import org.jspecify.annotations.Nullable;

/** Limits the length of names and ids, which are kept, repeated and logged. */
final class Names {

    static final int MAX_NAME = XyLimits.MAX_NAME;
    /** Answered before functions are looked up: the ping of clients in browsers, which have no ping frames. */
    static final String ALIVE = "xy.alive";

    static final int MAX_ID = XyLimits.MAX_ID;

    private Names() {}

    /** Returns whether a name has more than {@link XyLimits#MAX_NAME} characters. */
    static boolean isTooLong(String name) {
        return name.length() > MAX_NAME;
    }

    /** Returns whether an id has more than {@link XyLimits#MAX_ID} characters. */
    static boolean isIdTooLong(@Nullable String id) {
        return id != null && id.length() > MAX_ID;
    }

    /** See {@link XyLimits#checkedName}. */
    static String checked(String name) {
        return XyLimits.checkedName(name);
    }

    /** Returns the name, cut to its maximum length. */
    static String beginning(String name) {
        if (!isTooLong(name)) {
            return name;
        }
        return name.substring(0, Character.isHighSurrogate(name.charAt(MAX_NAME - 1)) ? MAX_NAME - 1 : MAX_NAME);
    }
}
