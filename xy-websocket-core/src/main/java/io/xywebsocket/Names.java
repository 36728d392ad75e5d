package io.xywebsocket;

import org.jspecify.annotations.Nullable;

/** How long names and ids may be: they are kept, repeated and logged, where a payload is only read. */
final class Names {

    static final int MAX_NAME = XyLimits.MAX_NAME;
    static final int MAX_ID = XyLimits.MAX_ID;

    private Names() {}

    /** Whether a name has more than {@link XyLimits#MAX_NAME} characters. */
    static boolean isTooLong(String name) {
        return name.length() > MAX_NAME;
    }

    /** Whether an id has more than {@link XyLimits#MAX_ID} characters. */
    static boolean isIdTooLong(@Nullable String id) {
        return id != null && id.length() > MAX_ID;
    }

    /** See {@link XyLimits#checkedName}. */
    static String checked(String name) {
        return XyLimits.checkedName(name);
    }

    /** The name, or as much of it as there may be. */
    static String beginning(String name) {
        if (!isTooLong(name)) {
            return name;
        }
        return name.substring(0, Character.isHighSurrogate(name.charAt(MAX_NAME - 1)) ? MAX_NAME - 1 : MAX_NAME);
    }
}
